#!/bin/sh
# The service `init` of compose.yaml: `meridian node init` with the words behind it, and passwords for Redis and
# PostgreSQL. What is there already stays: it may be cut short and run again.
set -eu
umask 077
cd /etc/meridian

secret_in() { [ -s "$1" ] || head -c 32 /dev/urandom | base64 | tr -d '+/=\n' >"$1"; }
secret_in postgres-password
secret_in redis-password
redis=$(cat redis-password)
printf 'bind 127.0.0.1\nrequirepass %s\nappendonly yes\n' "$redis" >redis.conf
printf 'redisUrl: redis://:%s@127.0.0.1:6379\n' "$redis" >redis.yaml
mkdir -p /var/lib/meridian/redis

database=postgres://meridian:$(cat postgres-password)@127.0.0.1:5432/meridian
code=0
/opt/meridian/current/bin/meridian node init --no-start --media-nodes 1 --database-url "$database" "$@" || code=$?
chown -R 10001:10001 /etc/meridian /var/lib/meridian
exit "$code"
