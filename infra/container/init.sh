#!/bin/sh
# Service `init` of compose.yaml: runs `meridian node init` with its arguments, and makes passwords for Redis and
# PostgreSQL. Existing files stay, so it may be interrupted and run again.
set -eu
umask 077
cd /etc/meridian

secret_in() { [ -s "$1" ] || head -c 32 /dev/urandom | base64 | tr -d '+/=\n' >"$1"; }
secret_in postgres-password
secret_in redis-password
secret_in channels-password
redis=$(cat redis-password)
channels=$(cat channels-password)
printf 'bind 127.0.0.1\nrequirepass %s\nappendonly yes\nmaxmemory-policy noeviction\n' "$redis" >redis.conf
printf 'redisUrl: redis://:%s@127.0.0.1:6379\n' "$redis" >redis.yaml
# The channel of distribution is in the same Redis, which never evicts a key: in its own database, for a user without
# access to the centre's keys. With `{}` in distribution.yaml nothing is distributed.
printf 'user channels on >%s ~{meridian}:* +@all -@dangerous +info\n' "$channels" >>redis.conf
[ -s distribution.yaml ] ||
  printf 'distribution:\n  channels: [{ name: a, url: "redis://channels:%s@127.0.0.1:6379/1" }]\n' "$channels" \
    >distribution.yaml
mkdir -p /var/lib/meridian/redis

database=postgres://meridian:$(cat postgres-password)@127.0.0.1:5432/meridian
code=0
/opt/meridian/current/bin/meridian node init --no-start --media-nodes 1 --database-url "$database" "$@" || code=$?
chown -R 10001:10001 /etc/meridian /var/lib/meridian
exit "$code"
