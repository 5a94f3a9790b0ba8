# Runs one task for one order on the integration server, under the order's lock. POSIX sh, coreutils, grep and util-linux only.
#
# Words: lock folder, name of the lock file, rails_root, limit in seconds, wait in seconds, and the task's own words.
#
# The lock belongs to the open file 9, which the task and its children inherit: it lasts while any of them lives, whatever
# becomes of the SSH session, and of this shell. The file is empty until a first command starts. From then on its first line
# is the exit status of the last command, or `running`, or `lost` when nobody saw its end; the second one says when that was.
# It keeps the next one away for a while: Abacos does not show an insert at once, and a monitor that was killed and restarted
# meanwhile hears "missing" and would insert again.
#
# What ends before the line `order-monit: started` has started nothing, and its exit status says why.
no_rails_root=72
no_lock=73
busy=75
too_soon=76
no_program=127

case $1 in
  /*) folder=$1 ;;
  *) folder=$HOME/$1 ;;
esac
mkdir -p -m 700 -- "$folder" && true >>"$folder/$2" || exit $no_lock
file=$folder/$2
limit=$4
wait=$5
# CDPATH would lead a relative path elsewhere.
CDPATH= cd -- "$3" || exit $no_rails_root
shift 5
# Without one of them the task would seem to have run.
for program in flock timeout readlink grep date cat "$1"; do
  command -v "$program" >/dev/null || {
    echo "$program: not found" >&2
    exit $no_program
  }
done
timeout -k 1 60 true || exit $no_program

exec 9>>"$file"
flock -n -E $busy 9 || exit
# Whoever empties the folder does not end the command that holds the lock of a file in it.
held=$(readlink /proc/self/fd/9)
if readlink /proc/[0-9]*/fd/9 2>/dev/null | grep -qxF "${held% (deleted)} (deleted)"; then
  exit $busy
fi

# Hundredths of a second since this machine was started: no change of the clock moves them.
uptime=
boot=
read -r boot </proc/sys/kernel/random/boot_id
now() {
  read -r uptime idle </proc/uptime
  uptime=${uptime%.*}${uptime#*.}
}
# A shell need not say why it could not write; cat does.
note() {
  now
  printf '%s\n%s %s\n' "$1" "$boot" "$uptime" | cat
}

if [ -s "$file" ] && [ "$wait" -gt 0 ]; then
  {
    read -r state
    read -r ended_boot ended
  } <"$file"
  now
  if [ -n "$uptime" ] && [ "$ended_boot" = "$boot" ] && [ "$ended" -le "$uptime" ]; then
    ago=$((uptime - ended))
  else
    # It ended before this machine was started, or its lock file is an older version's. Then only the clock can tell.
    ago=$((($(date +%s) - $(date -r "$file" +%s)) * 100))
  fi
  # Killed with all that ran it, or the clock was set back: how long ago it ended is unknown, so the wait begins now.
  if [ "$state" = running ] || [ "$ago" -lt 0 ]; then
    note lost 1<>"$file"
    exit $too_soon
  fi
  [ "$ago" -ge $((wait * 100)) ] || exit $too_soon
fi

note running 1<>"$file" || exit $no_lock
# What the login shell wrote before may lack its newline.
echo
echo order-monit: started
# Notes are written over the old text without emptying the file: on a full disk nothing is lost by that, and the end finds its
# place, for it is no longer than the beginning. What is left of a longer text is in lines that nobody reads.
# When the SSH session is gone the first cat dies of it; the second one keeps the task from dying of its own output.
{
  timeout -k 10 "$limit" "$@" </dev/null 2>&1
  note "$?" 1<>"$file"
} | {
  cat
  cat >/dev/null
}
read -r state <"$file"
exit "$state"
