#!/usr/bin/env bash
# Compares uploads by waybill with rclone (checksums on) and the AWS CLI, each in turn within one run: one large file and many
# small ones, to our endpoint that discards what it reads, and to s3proxy on a folder.
#
#   bench/files.sh [--size MB] [--files N] [--rounds N] [--servers "discard s3proxy"] [--tools "waybill rclone aws"]
#
# Environment: WAYBILL (the command, else ./waybill), BENCH_WORK (a folder to work in, kept; else a temporary one).
# s3proxy is used where its class path was built: ./mvnw -f test-servers/pom.xml -pl s3proxy generate-resources
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

size=2048 files=3000 rounds=3 kinds="discard s3proxy" tools="waybill rclone aws"
while [ $# -gt 0 ]; do
  case $1 in
    --size) size=$2 ;;
    --files) files=$2 ;;
    --rounds) rounds=$2 ;;
    --servers) kinds=$2 ;;
    --tools) tools=$2 ;;
    *) fail "Unknown argument $1. Known: --size --files --rounds --servers --tools" ;;
  esac
  shift 2 || fail "$1 needs a value."
done

describe_machine
have=
for tool in $tools; do
  case $tool in
    waybill) have="$have waybill" ;;
    rclone)
      if command -v rclone >/dev/null; then
        have="$have rclone"
        say "rclone    $(rclone version 2>/dev/null | sed -n '1s/rclone //p'), $(rclone version 2>/dev/null | sed -n 's/^- go\/version: //p')"
      else
        say "rclone    not installed, left out (apt-get install rclone)"
      fi ;;
    aws)
      aws=$(command -v aws || true)
      # a shim would count as the program's own time
      case $aws in */shims/*) aws=$(pyenv which aws 2>/dev/null || printf %s "$aws") ;; esac
      if [ -n "$aws" ]; then
        have="$have aws"
        say "aws       $("$aws" --version 2>/dev/null)"
      else
        say "aws       not installed, left out (pip install awscli)"
      fi ;;
    *) fail "Unknown tool $tool. Known: waybill rclone aws" ;;
  esac
done
say "work      one file of $size MiB; $files files of 4 KiB; $rounds rounds in turn"

mkdir -p "$work/large" "$work/small"
[ -d "$work/large/d0000" ] || java_tool Tree "$work/large" 1 $((size * 1048576)) || fail "Cannot make the large file."
[ -d "$work/small/d0000" ] || java_tool Tree "$work/small" "$files" 4096 || fail "Cannot make the small files."

# upload TOOL PORT FOLDER PREFIX FILE
upload() {
  local url=http://127.0.0.1:$2
  case $1 in
    waybill)
      rm -rf "$work/home"
      mkdir -p "$work/home"
      (cd "$work/home" && measure "$5" "$WAYBILL" copy "$3" "s3://bench/$4?endpoint=$url" -q) ;;
    rclone)
      # checksums are on by default: MD5 of each object, SHA-256 of the payload over http, a HEAD after each PUT
      measure "$5" rclone copy "$3" ":s3,provider=Other,env_auth=true,region=us-east-1,endpoint='$url':bench/$4" \
        --s3-no-check-bucket ;;
    aws)
      measure "$5" "$aws" s3 cp --recursive --only-show-errors --endpoint-url "$url" "$3" "s3://bench/$4" ;;
  esac
}

# begin_server KIND: sets port; answers non-zero when that server is not there.
begin_server() {
  port=$(free_port)
  case $1 in
    discard) start_endpoint "$port" bench ;;
    s3proxy)
      local path=$root/test-servers/s3proxy/target/classpath.txt
      path=${S3PROXY_CLASSPATH:-$path}
      if [ ! -f "$path" ]; then
        say "s3proxy   left out: $path is not there. ./mvnw -f test-servers/pom.xml -pl s3proxy generate-resources"
        return 1
      fi
      rm -rf "$work/proxied"
      mkdir -p "$work/proxied/bench"
      chmod 700 "$work/proxied/bench"
      printf '%s\n' "s3proxy.endpoint=http://127.0.0.1:$port" s3proxy.authorization=aws-v2-or-v4 \
        "s3proxy.identity=$AWS_ACCESS_KEY_ID" "s3proxy.credential=$AWS_SECRET_ACCESS_KEY" s3proxy.jetty.max-threads=64 \
        s3proxy.ignore-unknown-headers=true jclouds.provider=filesystem jclouds.identity=unused jclouds.credential=unused \
        "jclouds.filesystem.basedir=$work/proxied" >"$work/s3proxy.properties"
      printf '%s' "<configuration><root level='ERROR'/></configuration>" >"$work/logback.xml"
      start s3proxy "$port" java -Xmx1g "-Dlogback.configurationFile=$work/logback.xml" -cp "$(cat "$path")" \
        org.gaul.s3proxy.Main --properties "$work/s3proxy.properties" ;;
    *) fail "Unknown server $1. Known: discard s3proxy" ;;
  esac
}

end_server() {
  kill "${servers[-1]}" 2>/dev/null
  wait "${servers[-1]}" 2>/dev/null
  unset 'servers[-1]'
}

gb=$(awk "BEGIN { print $size * 1048576 / 1e9 }")
for kind in $kinds; do
  begin_server "$kind" || continue
  for load in large small; do
    for round in $(seq "$rounds"); do
      for tool in $have; do
        file=$work/$kind.$load.$tool.$round
        upload "$tool" "$port" "$work/$load" "$load-$tool-$round/" "$file" || { rm -f "$file"; continue; }
        read -r cpu wall rss <"$file"
        say "  $kind $load round $round $tool: cpu $cpu s, wall $wall s, $rss MB"
        [ "$kind" != s3proxy ] || rm -rf "$work/proxied/bench/$load-$tool-$round"
      done
    done
  done
  end_server

  say
  say "To $kind, medians of $rounds:"
  printf '%-8s %-9s %12s %14s %12s %10s\n' "" "" "cpu s" "" "wall ratio" "peak MB"
  for load in large small; do
    base=$(cut -d' ' -f2 "$work/$kind.$load".waybill.? 2>/dev/null | median)
    for tool in $have; do
      ls "$work/$kind.$load.$tool".? >/dev/null 2>&1 || { say "$load $tool: failed"; continue; }
      cpu=$(cut -d' ' -f1 "$work/$kind.$load.$tool".? | median)
      wall=$(cut -d' ' -f2 "$work/$kind.$load.$tool".? | median)
      rss=$(cut -d' ' -f3 "$work/$kind.$load.$tool".? | median)
      if [ "$load" = large ]; then
        rate=$(awk "BEGIN { printf \"%.2f cpu-s/GB\", $cpu / $gb }")
      else
        rate=$(awk "BEGIN { printf \"%.0f obj/cpu-s\", $files / $cpu }")
      fi
      printf '%-8s %-9s %12s %16s %10s %10s\n' "$load" "$tool" "$cpu" "$rate" \
        "$(awk -v wall="$wall" -v base="$base" 'BEGIN { if (base > 0) printf "%.2f", wall / base; else print "-" }')" "$rss"
      if [ "$kind.$load.$tool" = discard.large.waybill ]; then
        awk "BEGIN { r = $cpu / $gb; printf \"         mark: 3 cpu-s/GB or less: %s\n\", r <= 3 ? \"met\" : \"missed\" }"
      fi
    done
  done
  say
done
