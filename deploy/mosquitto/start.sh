#!/bin/sh
# Gathers what Mosquitto needs to know in a folder of its own, then becomes Mosquitto.
#
# The services' passwords come from the environment, so no hash of one lies in the
# repository. Sensors' hashes, an access list with further gateways and the certificate come
# from $shared, where `brimful broker files` and `brimful broker certificates` write them;
# when they change, Mosquitto is told. What is there and cannot be read is never taken for absent:
# that would lock out every sensor, or every further gateway.
set -eu

config=${MOSQUITTO_CONFIG:-/mosquitto/config}
secrets=${MOSQUITTO_SECRETS:-/mosquitto/secrets}
shared=${MOSQUITTO_SHARED:-/mosquitto/shared}
look_every_s=${MOSQUITTO_LOOK_EVERY_S:-2}
: "${INGEST_PASSWORD:?is not set}" "${GATEWAY_PASSWORD:?is not set}"

say() { echo "start.sh: $*" >&2; }

if [ "$(id -u)" = 0 ] && ! grep -Eq '^[[:space:]]*user[[:space:]]+root[[:space:]]*$' "$config/mosquitto.conf"
then
    say "run me as the user Mosquitto shall be, not as root: Mosquitto stops being root and could" \
        "not read what root wrote for it (docs/operating.md, 'Without Docker')"
    exit 1
fi
[ -w "$secrets" ] && [ -x "$secrets" ] || {
    say "cannot write to the folder $secrets: make it for the user I run as:" \
        "install -d -o $(id -u) -g $(id -g) -m 700 $secrets"
    exit 1
}
remedy="I run as user $(id -u) with group $(id -g): run 'brimful broker' as the owner of $shared, \
and let that folder and its files be of my group: chown -R OWNER:$(id -g) $shared; \
chmod 2750 $shared (docs/operating.md, 'Without Docker')"

# A folder that one may not enter shows nothing, nor does a link that one may not follow.
absent() { [ -x "$shared" ] && [ ! -e "$shared/$1" ] && [ ! -L "$shared/$1" ]; }

pair=
for name in server.crt server.key; do
    grep -q "file $secrets/$name\$" "$config/mosquitto.conf" || continue
    pair="$pair $name"
    ! absent "$name" || {
        say "there is no $shared/$name: make a certificate with" \
            "'brimful broker certificates --dir ...', or put your own there"
        exit 1
    }
done

# Copies, also of what could be read in place: Mosquitto wants to own these files and to
# be the only one who reads them.
umask 077
rm -f "$secrets/services" "$secrets"/*.new
printf 'ingest:%s\ngateway:%s\n' "$INGEST_PASSWORD" "$GATEWAY_PASSWORD" >"$secrets/services"
# -U replaces what is in the file by hashes; a password on a command line would show in `ps`.
mosquitto_passwd -U "$secrets/services"
unset INGEST_PASSWORD GATEWAY_PASSWORD

# Copies files, all of them or none: the copy of before stays. Adds to $problem.
take() {
    copy=$secrets/$1.new
    shift
    error=$(cat "$@" 2>&1 >"$copy") || {
        rm -f "$copy"
        problem="${problem:+$problem; }${error#cat: }"
        return 1
    }
}

# Succeeds when something is new; $problem says what could not be read. The files are replaced,
# never rewritten, on both sides.
gather() {
    new=1 problem=
    if absent passwords; then
        take passwords "$secrets/services"
    else
        take passwords "$secrets/services" "$shared/passwords"
    fi
    if absent acl; then take acl "$config/acl"; else take acl "$shared/acl"; fi
    for name in $pair; do
        # a certificate is of no use without its key
        take "$name" "$shared/$name" || { rm -f "$secrets/server.crt.new"; break; }
    done
    for name in passwords acl $pair; do
        [ -f "$secrets/$name.new" ] || continue
        if cmp -s "$secrets/$name.new" "$secrets/$name"; then
            rm "$secrets/$name.new"
        else
            mv -f "$secrets/$name.new" "$secrets/$name" || return 1
            say "$name is new"
            new=0
        fi
    done
    return $new
}
gather || true
[ -z "$problem" ] || { say "$problem. Mosquitto is not started. $remedy"; exit 1; }

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
        before=$problem
        # Mosquitto reads all of it again and hangs up on whoever may not come in any more.
        if gather; then kill -HUP $$ && echo "start.sh: Mosquitto is told" >&2; fi
        [ "$problem" != "$before" ] || continue
        if [ -n "$problem" ]; then
            say "$problem. Mosquitto goes on with the last one it had. $remedy"
        else
            say "all of $shared can be read again"
        fi
    done
) &

exec mosquitto -c "$config/mosquitto.conf"
