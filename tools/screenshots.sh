#!/bin/bash
# Takes the pictures of the manual: the demo year on a fixed day, in a data directory of
# its own, one PNG a page.
set -eu
out=$1
program=$(cd "$(dirname "$0")/.." && pwd)/bin/qingfeng
data=$(mktemp -d)
log=$data/serve.log
server=
finish() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  rm -rf "$data"
}
trap finish EXIT

QINGFENG_DATA=$data/data QINGFENG_NOW=2026-11-22T09:00:00+08:00 QINGFENG_LISTEN=127.0.0.1:0 "$program" serve --demo >"$log" 2>&1 &
server=$!
address=
for _ in $(seq 1200); do
  address=$(sed -n 's/^listening on //p' "$log")
  [ -n "$address" ] && break
  kill -0 "$server" 2>/dev/null || { cat "$log" >&2; exit 1; }
  sleep 0.5
done
[ -n "$address" ] || { echo "the server did not come up within 10 minutes:" >&2; cat "$log" >&2; exit 1; }

browser=$(command -v chromium || command -v google-chrome)
mkdir -p "$out"
take() { # NAME PATH WIDTH,HEIGHT
  "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --hide-scrollbars --lang=zh-CN --user-data-dir="$data/browser" \
    --window-size="$3" --virtual-time-budget=10000 --screenshot="$out/$1.png" "$address$2" >/dev/null 2>&1
  echo "$out/$1.png"
}
take overview / 1360,1200
take heatmap /heatmap 1360,1000
take supervision /supervision 1360,1100
take leaders /leaders 1360,900
take hotspots /hotspots 1360,1100
take confirm /confirm 1360,1000
take links /links 1360,1000
take admin /admin 1360,1100
