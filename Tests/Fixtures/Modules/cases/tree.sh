# Prints what is below the current directory: an entry a line, with the content of small files under it as `cat -A` shows it.
find . -mindepth 1 | LC_ALL=C sort | while IFS= read -r p; do
  n=${p#./}
  if [ -h "$p" ]; then echo "link $n -> $(readlink "$p")"
  elif [ -d "$p" ]; then echo "dir $(stat -c %a "$p") $n"
  elif [ -f "$p" ]; then
    echo "file $(stat -c %a "$p") $n"
    if [ "$(stat -c %s "$p")" -le 2000 ]; then cat -A "$p" | sed 's/^/  | /; $a\'; fi
  else echo "other $n"
  fi
done
