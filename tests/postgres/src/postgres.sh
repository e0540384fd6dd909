# Makes a PostgreSQL server in a folder of its own, says so, and keeps it for as long as standard input stays open.
# Meanwhile it stops or starts the server when it is told "stop" or "start". However the one who holds the other end goes away, the server stops and the folder is deleted.
#
# $1: the folder of PostgreSQL's programs   $2: a free port

set -eu
folder=$(mktemp -d "${TMPDIR:-/tmp}/cairn-postgres.XXXXXX")
data=$folder/data
trap '"$1/pg_ctl" stop --silent --mode=immediate --pgdata="$data" >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT

"$1/initdb" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync --pgdata="$data" \
    >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }

# Nothing here outlives the tests, so nothing waits for the disk.
cat >>"$data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $2
unix_socket_directories = ''
max_connections = 200
fsync = off
full_page_writes = off
CONF

"$1/pg_ctl" start --silent --wait --pgdata="$data" --log="$folder/log" >/dev/null \
    || { cat "$folder/log" >&2; exit 1; }
echo ready
while read -r word; do
    case $word in
        stop) "$1/pg_ctl" stop --silent --mode=immediate --pgdata="$data" >/dev/null || exit 1; echo stopped ;;
        start) "$1/pg_ctl" start --silent --wait --pgdata="$data" --log="$folder/log" >/dev/null || { cat "$folder/log" >&2; exit 1; }; echo ready ;;
    esac
done
