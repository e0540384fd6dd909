# Makes a PostgreSQL server in a folder of its own, says so, and keeps it for as long as standard input stays open.
# Meanwhile it stops or starts the server when it is told "stop" or "start". However the one who holds the other end goes away, the server stops and the folder is deleted.
#
# $1: the folder of PostgreSQL's programs   $2: a free port
# $3: a folder to keep the data in for the next time, if any; then nothing is deleted, and the server keeps its promises
# CAIRN_SCRATCH: where to put what is thrown away
# CAIRN_TLS_CERTIFICATE, CAIRN_TLS_KEY: what it shows to those who come by TLS, if any; then it takes nobody else

set -eu
if [ -n "${3-}" ]; then
    folder=$3
    data=$folder/data
    trap '"$1/pg_ctl" stop --silent --mode=fast --pgdata="$data" >/dev/null 2>&1 || true' EXIT
else
    folder=$(mktemp -d "$CAIRN_SCRATCH/cairn-postgres.XXXXXX")
    data=$folder/data
    trap '"$1/pg_ctl" stop --silent --mode=immediate --pgdata="$data" >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
fi

if [ ! -f "$folder/made" ]; then
    rm -rf "$data"
    "$1/initdb" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync --pgdata="$data" \
        >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
    echo "include = 'cairn.conf'" >>"$data/postgresql.conf"
    touch "$folder/made"
fi
cat >"$data/cairn.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $2
unix_socket_directories = ''
max_connections = 200
CONF
if [ -z "${3-}" ]; then
    # Nothing here outlives the tests, so nothing waits for the disk.
    printf 'fsync = off\nfull_page_writes = off\n' >>"$data/cairn.conf"
fi
if [ -n "${CAIRN_TLS_KEY-}" ]; then
    (umask 077 && printf '%s' "$CAIRN_TLS_CERTIFICATE" >"$data/server.crt" && printf '%s' "$CAIRN_TLS_KEY" >"$data/server.key")
    echo "ssl = on" >>"$data/cairn.conf"
    echo "hostssl all all 127.0.0.1/32 trust" >"$data/pg_hba.conf"
fi

"$1/pg_ctl" start --silent --wait --pgdata="$data" --log="$folder/log" >/dev/null \
    || { cat "$folder/log" >&2; exit 1; }
echo ready
while read -r word; do
    case $word in
        stop) "$1/pg_ctl" stop --silent --mode=immediate --pgdata="$data" >/dev/null || exit 1; echo stopped ;;
        start) "$1/pg_ctl" start --silent --wait --pgdata="$data" --log="$folder/log" >/dev/null || { cat "$folder/log" >&2; exit 1; }; echo ready ;;
    esac
done
