# Shared by the scripts beside it: measuring, trees, servers. Meant to be sourced.
# What is measured is the client: CPU-seconds (user and system) and peak memory of the command, from GNU time. On a machine
# that others use too, wall time tells little; CPU time tells more, and the ratio of two programs in turns most.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$here")
WAYBILL=${WAYBILL:-$root/waybill}
work=${BENCH_WORK:-$(mktemp -d "${TMPDIR:-/tmp}/waybill-bench.XXXXXX")}
results=$work/results.tsv
servers=()

fail() { printf '%s\n' "$*" >&2; exit 1; }
say() { printf '%s\n' "$*"; }

need() { command -v "$1" >/dev/null || fail "Cannot measure: $1 is not installed. $2"; }

need java "Install a JDK, 17 or newer."
[ -x /usr/bin/time ] || fail "Cannot measure: /usr/bin/time is not installed. For example: apt-get install time"
[ -x "$WAYBILL" ] || fail "Cannot measure: $WAYBILL is not there. Give another in WAYBILL."
mkdir -p "$work"

finish() {
  for server in "${servers[@]}"; do kill "$server" 2>/dev/null; done
  wait 2>/dev/null # until they have written their last, or the folder is not empty when it is removed
  [ -n "${BENCH_WORK:-}" ] || rm -rf "$work"
}
trap finish EXIT

# A loopback server's certificate is nobody's business, and a bundle that a peer cannot read stops it.
unset AWS_CA_BUNDLE HTTP_PROXY HTTPS_PROXY http_proxy https_proxy
export AWS_ACCESS_KEY_ID=bench AWS_SECRET_ACCESS_KEY=bench-secret AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
export RCLONE_CONFIG=/dev/null

# measure FILE COMMAND...: runs it, leaves "cpu wall rss" in FILE; its output goes beside it; answers its exit code.
measure() {
  local to=$1
  shift
  local code=0
  /usr/bin/time -q -o "$to.time" -f '%U %S %e %M' "$@" >"$to.out" 2>&1 || code=$?
  awk '{ printf "%.2f %.2f %d\n", $1 + $2, $3, $4 / 1024 }' "$to.time" >"$to"
  if [ "$code" -ne 0 ]; then
    say "exit $code: $*" >&2
    tail -5 "$to.out" >&2
  fi
  return "$code"
}

median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print (NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2) }'; }

# java_tool NAME ARGS...: runs a program of this folder from its source.
java_tool() {
  local name=$1
  shift
  java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "$here/$name.java" "$@"
}

# start NAME PORT COMMAND...: a server in the background, waited for until its port answers.
start() {
  local name=$1 port=$2
  shift 2
  "$@" </dev/null >"$work/$name.log" 2>&1 &
  servers+=($!)
  for _ in $(seq 300); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return 0
    kill -0 "${servers[-1]}" 2>/dev/null || break
    sleep 0.2
  done
  tail -5 "$work/$name.log" >&2
  return 1
}

free_port() { java_tool Port; }

# The class path of a server or of the endpoint in the build: jars of the application.
app_classes() {
  if [ -n "${WAYBILL_CLASSES:-}" ]; then
    printf %s "$WAYBILL_CLASSES"
  else
    printf %s "$root/waybill-cli/target/app/lib/*"
  fi
}

# start_endpoint PORT BUCKET: our own S3 endpoint, which checks what it reads and keeps no content. It has to check: to a store
# that lets wrong checksums pass, waybill reads everything back, and here that would be zeros.
start_endpoint() {
  printf '%s\n%s\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" >"$work/credentials"
  start endpoint "$1" java -Xmx2g -cp "$(app_classes)" io.waybill.s3endpoint.Main \
    --discard --port "$1" --bucket "$2" --credentials "$work/credentials"
}

# start_postgres: a PostgreSQL server on $port without fsync, for sql.
start_postgres() {
  PGBIN=${PGBIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)}
  [ -x "$PGBIN/initdb" ] || fail "Cannot measure: no PostgreSQL server found. Install one (apt-get install postgresql) or name its folder in PGBIN."
  need psql "For example: apt-get install postgresql-client"
  local as=() data=$work/pg
  mkdir -p "$data"
  if [ "$(id -u)" -eq 0 ]; then
    # the server refuses to run as root
    as=(runuser -u postgres --)
    chmod 711 "$work" && chown postgres "$data"
  fi
  port=$(free_port)
  "${as[@]}" "$PGBIN/initdb" -D "$data/db" -A trust -U postgres -E UTF8 --locale=C >"$work/initdb.log" 2>&1 \
    || fail "initdb failed: $(tail -1 "$work/initdb.log")"
  start postgres "$port" "${as[@]}" "$PGBIN/postgres" -D "$data/db" -p "$port" -k "$data" -c listen_addresses=127.0.0.1 -c fsync=off \
    -c shared_buffers=512MB -c max_wal_size=8GB -c max_connections=100 || fail "The server does not start."
  for _ in $(seq 50); do sql -c 'SELECT 1' >/dev/null 2>&1 && break; sleep 0.2; done
}

# CPU-seconds that the server's processes took that have ended.
server_cpu() { awk '{ print ($16 + $17) / 100 }' "/proc/$(head -1 "$work/pg/db/postmaster.pid")/stat"; }

sql() { psql -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$port" -U postgres "$@"; }

describe_machine() {
  say "date      $(date -u '+%Y-%m-%d %H:%M UTC')"
  say "machine   $(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(awk '/MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo), load $(cut -d' ' -f1-3 /proc/loadavg)"
  say "system    $(. /etc/os-release 2>/dev/null && printf %s "$PRETTY_NAME"), kernel $(uname -r)"
  say "java      $(java -version 2>&1 | sed -n '2p')"
  say "waybill   $("$WAYBILL" version 2>/dev/null | head -1)$(git -C "$root" rev-parse --short HEAD 2>/dev/null | sed 's/^/, commit /')"
}
