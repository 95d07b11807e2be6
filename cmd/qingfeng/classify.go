package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"qingfeng/ingest"
	"qingfeng/ingest/classify"
)

func classifyCommand(t *terminal) *cobra.Command {
	var text, file, format string
	cmd := &cobra.Command{
		Use:   "classify --text T | --file F.csv",
		Short: "给风险点建议层面和类别 (suggest layer and category)",
		Args:  exactly(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (text == "") == (file == "") {
				return usage{errors.New("给出 --text 或 --file 之一 (give either --text or --file)")}
			}
			if format != "" && format != "json" {
				return usage{fmt.Errorf("--format %q; legal: json", format)}
			}
			var answers []classify.Suggestion
			if text != "" {
				answers = append(answers, classify.Risk(text, ""))
			} else {
				f, err := os.Open(file)
				if err != nil {
					return fmt.Errorf("打不开文件 (cannot open): %w", err)
				}
				defer f.Close()
				info, err := f.Stat()
				if err != nil {
					return fmt.Errorf("打不开文件 (cannot open): %w", err)
				}
				rows, err := ingest.Descriptions(cmd.Context(), ingest.Source{Name: file, Data: f, Size: info.Size()})
				if err != nil {
					return err
				}
				answers = []classify.Suggestion{}
				for _, r := range rows {
					answers = append(answers, classify.Risk(r.Text, r.Post))
				}
			}
			switch {
			case format == "json" && text != "":
				return t.json(answers[0])
			case format == "json":
				return t.json(answers)
			}
			for _, a := range answers {
				fmt.Fprintf(t.out, "%s\t%s\t%.2f\t%t\n", a.Layer, a.Category, a.Confidence, a.Sure)
				for _, r := range a.Reasons {
					fmt.Fprintf(t.out, "\t%s\n", r)
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&text, "text", "", "风险点描述 (description)")
	cmd.Flags().StringVar(&file, "file", "", "含“廉洁风险点描述”列的文件 (a file with the column 廉洁风险点描述)")
	cmd.Flags().StringVar(&format, "format", "", "json")
	return cmd
}
