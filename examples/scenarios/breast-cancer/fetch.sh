#!/usr/bin/env bash
# Downloads results and checks them. $LINKS has a line "SHA256 URL PATH" for each. Usage: fetch.sh FOLDER
set -euo pipefail
folder=$1
rm -rf "$folder"
while read -r sum url path; do
  case /$path/ in
  *//* | */./* | */../*) echo "refused to write outside $folder: $path" >&2 && exit 1 ;;
  esac
  mkdir -p "$(dirname "$folder/$path")"
  # The URL goes in on stdin: a command line can be read by every user of the machine.
  printf 'url = "%s"\n' "$url" |
    curl --silent --show-error --fail --retry 3 --max-time 300 --output "$folder/$path" --config - ||
    { echo "$path could not be downloaded" >&2 && exit 1; }
  if ! echo "$sum  $folder/$path" | sha256sum --check --status; then
    rm "$folder/$path"
    echo "$path was altered on its way: its SHA-256 is not $sum" >&2
    exit 1
  fi
done <<<"$LINKS"
