#!/bin/sh
# Makes Mosquitto's password file from the environment, then becomes Mosquitto: no
# hash of a password lies in the repository, and a changed password needs a restart only.
set -eu

config=${MOSQUITTO_CONFIG:-/mosquitto/config}
secrets=${MOSQUITTO_SECRETS:-/mosquitto/secrets}
: "${INGEST_PASSWORD:?is not set}" "${GATEWAY_PASSWORD:?is not set}"

umask 077
# A copy: Mosquitto wants to own this file and to be the only one who reads it.
cat "$config/acl" >"$secrets/acl"
printf 'ingest:%s\ngateway:%s\n' "$INGEST_PASSWORD" "$GATEWAY_PASSWORD" >"$secrets/passwords"
# -U replaces what is in the file by hashes; a password on a command line would show in `ps`.
mosquitto_passwd -U "$secrets/passwords"
unset INGEST_PASSWORD GATEWAY_PASSWORD

exec mosquitto -c "$config/mosquitto.conf"
