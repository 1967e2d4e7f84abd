#!/bin/sh
# Gathers what Mosquitto needs to know in a folder of its own, then becomes Mosquitto.
#
# The services' passwords come from the environment, so no hash of one lies in the
# repository. Sensors' hashes, an access list with further gateways and the certificate come
# from $shared, where `brimful broker files` and `brimful broker certificates` write them;
# when they change, Mosquitto is told.
set -eu

config=${MOSQUITTO_CONFIG:-/mosquitto/config}
secrets=${MOSQUITTO_SECRETS:-/mosquitto/secrets}
shared=${MOSQUITTO_SHARED:-/mosquitto/shared}
look_every_s=${MOSQUITTO_LOOK_EVERY_S:-2}
: "${INGEST_PASSWORD:?is not set}" "${GATEWAY_PASSWORD:?is not set}"

for name in server.crt server.key; do
    grep -q "file $secrets/$name\$" "$config/mosquitto.conf" || continue
    [ -r "$shared/$name" ] || {
        echo "start.sh: cannot read $shared/$name: make a certificate with" \
            "'brimful broker certificates --dir ...', or put your own there" >&2
        exit 1
    }
done

# Copies, also of what could be read in place: Mosquitto wants to own these files and to
# be the only one who reads them.
umask 077
printf 'ingest:%s\ngateway:%s\n' "$INGEST_PASSWORD" "$GATEWAY_PASSWORD" >"$secrets/services"
# -U replaces what is in the file by hashes; a password on a command line would show in `ps`.
mosquitto_passwd -U "$secrets/services"
unset INGEST_PASSWORD GATEWAY_PASSWORD

# Succeeds when something is new. The files are replaced, never rewritten, on both sides.
gather() {
    new=1
    { cat "$secrets/services"; [ ! -r "$shared/passwords" ] || cat "$shared/passwords"; } \
        >"$secrets/passwords.new" || return 1
    if [ -r "$shared/acl" ]; then acl=$shared/acl; else acl=$config/acl; fi
    cat "$acl" >"$secrets/acl.new" || return 1
    for name in server.crt server.key; do
        # for a moment, or by a mistake, it may be missing: the last one goes on
        [ ! -r "$shared/$name" ] || cat "$shared/$name" >"$secrets/$name.new" || return 1
    done
    for name in passwords acl server.crt server.key; do
        [ -f "$secrets/$name.new" ] || continue
        if cmp -s "$secrets/$name.new" "$secrets/$name"; then
            rm "$secrets/$name.new"
        else
            mv "$secrets/$name.new" "$secrets/$name"
            echo "start.sh: $name is new" >&2
            new=0
        fi
    done
    return $new
}
gather || true

# While Mosquitto loads a long queue it does not catch SIGHUP yet and would die of it. The last
# digit of the signals that a process catches is odd when SIGHUP is among them.
listens() {
    case $(sed -n 's/^SigCgt:.*\(.\)$/\1/p' "/proc/$$/status" 2>/dev/null) in
        [02468ace]) return 1 ;;
    esac
}

# In the background, so that signals reach Mosquitto itself: it gets this shell's number ($$).
(
    while sleep "$look_every_s" && kill -0 $$ 2>/dev/null; do
        listens || continue
        # Mosquitto reads all of it again and hangs up on whoever may not come in any more.
        if gather; then kill -HUP $$ && echo "start.sh: Mosquitto is told" >&2; fi
    done
) &

exec mosquitto -c "$config/mosquitto.conf"
