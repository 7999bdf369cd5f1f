#!/usr/bin/env bash
#
# Whether the service answers: ends with 0 if a GET of its health does so with 200. There is no curl in the images.
#
#   healthy.sh [host [port [path]]]

set -euo pipefail

host=${1:-127.0.0.1}
port=${2:-8080}
path=${3:-/q/health/live}

# Who hangs is not well either.
if [ -z "${HEALTHY_INNER:-}" ]; then
    HEALTHY_INNER=1 exec timeout 5 "${BASH_SOURCE[0]}" "$host" "$port" "$path"
fi

exec 3<>"/dev/tcp/$host/$port"
printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$path" "$host" >&3
read -r _ status _ <&3
[ "$status" = 200 ]
