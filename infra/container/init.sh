#!/bin/sh
# The service `init` of compose.yaml: `meridian node init` with the words behind it, and passwords for Redis and
# PostgreSQL. What is there already stays: it may be cut short and run again.
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
# The channel of distribution is in that Redis too, which keeps all that it has: in a database of its own, for a user
# that has no key of the centre. With `{}` in distribution.yaml nothing is distributed.
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
