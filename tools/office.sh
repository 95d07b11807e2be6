#!/bin/bash
# Makes sure that LibreOffice without windows is there: it reads .doc, .xls, .wps and .et
# and lays out documents for tests. Installs it on Debian as root, says otherwise what is
# to be done. Says nothing where it is there already; two at a time wait for each other.
set -eu

packages=(libreoffice-writer-nogui libreoffice-calc-nogui)
missing=()
has() { command -v soffice >/dev/null && dpkg -s "$1" >/dev/null 2>&1; }
look() {
  missing=()
  # Where LibreOffice did not come from Debian's packages, having it is enough.
  if command -v soffice >/dev/null && ! command -v dpkg >/dev/null; then return; fi
  if command -v soffice >/dev/null && ! dpkg -S "$(readlink -f "$(command -v soffice)")" >/dev/null 2>&1; then return; fi
  local p
  for p in "${packages[@]}"; do
    has "$p" || has "${p%-nogui}" || missing+=("$p")
  done
}

look
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "旧格式文件的测试缺 LibreOffice (the tests of old formats lack LibreOffice): ${missing[*]}" >&2
  echo "请运行 (run): sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 1
fi

exec 9>"${TMPDIR:-/tmp}/qingfeng-office.lock"
flock 9
look
[ ${#missing[@]} -eq 0 ] && exit 0

echo "正在安装 LibreOffice，约一两分钟…… (installing LibreOffice, a minute or two …)" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get update -q -o DPkg::Lock::Timeout=600 &&
       apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=600 "${missing[@]}"; } >"$log" 2>&1; then
  cat "$log" >&2
  echo "安装失败，请手工运行 (installing did not work, run): apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
