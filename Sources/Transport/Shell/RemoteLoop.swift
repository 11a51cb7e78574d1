import Values

/// The texts that make a process on the far end a shell which answers request after request: pure, no I/O.
///
/// The processes of one shell, and why each is there:
///
///     starter ─┬─ keeper ─── cat       cat passes standard input on and ends when the link does; then the keeper ends what
///              │                       still runs and removes the shell's temporary directory
///              └─ reporter ─ worker    the worker runs the requests; the reporter tells when and how the worker died
///
/// The worker is a plain `sh` that reads requests as shell text: one read of up to 8 KB a request (dash), where a loop around
/// `read -r` makes a system call for every byte. Nothing that a request runs ever sees that standard input.
struct RemoteLoop: Sendable {
  /// Printed before anything else: from here on the output is ours, whatever a profile or sudo's lecture printed before.
  let banner: String
  /// Begins every line by which the loop speaks to us; 128 random bits, so it can't occur by chance in a command's output.
  let marker: String
  /// The end of the temporary directory's name.
  let directorySuffix: String
  /// The shell program: `/bin/sh`.
  let shell: String

  /// - Parameter generator: where the 128-bit names come from.
  init(shell: String, using generator: inout some RandomNumberGenerator) {
    self.shell = shell
    banner = "swiftible-" + Self.randomName(using: &generator)
    marker = "\u{1F}" + Self.randomName(using: &generator)
    directorySuffix = Self.randomName(using: &generator)
  }

  /// 128 random bits in hexadecimal.
  static func randomName(using generator: inout some RandomNumberGenerator) -> String {
    func half(_ bits: UInt64) -> String {
      let digits = String(bits, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
    let high: UInt64 = generator.next()
    let low: UInt64 = generator.next()
    return half(high) + half(low)
  }

  /// The words of the command that starts the shell: all that the process table and sudo's log get to show, and nothing in
  /// them that a login shell of another family (csh, fish) could misread. The rest follows on standard input.
  var startWords: [String] { [shell, "-c", #"echo \#(banner);read -r l;eval "$l""#, shell] }

  /// The bytes to send after the start command: the one line that the starter reads, then the worker's functions.
  var preamble: [UInt8] { Array((starterLine + "\n" + workerFunctions + "\n").utf8) }

  /// `"$0"` is the shell program.
  private var starterLine: String {
    let reporter = #"{ "$0";printf '%s died %s\n' "$N" "$?";}"#
    let keeper = "{ cat;exec >/dev/null 2>&1;\(Self.endProcesses);\(Self.removeDirectory);}"
    return "N='\(marker)';H=\(directorySuffix);\(keeper)|\(reporter)"
  }

  /// Kills the processes below the starter, except the keeper itself. A daemon that an earlier task started has been handed
  /// to init and lives on, which killing the process group would not allow.
  ///
  /// First TERM, then KILL to what is left after a second; those that lost their parent meanwhile are remembered in `$k`. Stopped
  /// before they are killed, none of them can start another one that nobody looks for.
  /// `g` gathers `$s`. Linux lists each process's children, so `d PID` asks only those of this shell: reading every process of a
  /// busy host took more of its time than all that a short play did. Elsewhere `w PID PPID STATE` takes a living child of a
  /// process already in `$s`, from all of /proc where there is one, because small systems have no `ps`. `$m` is the keeper's own
  /// process id, which only bash could tell otherwise.
  private static let endProcesses = [
    #"d(){ for c in /proc/$1/task/*/children;do l=;read -r l <$c;for i in $l;do [ $i = $m ]||{ l=;read -r l </proc/$i/stat"#,
    #"case ${l##*) } in Z*|'');;*)s="$s$i ";d $i;;esac;};done;done;}"#,
    #"w(){ case $3 in Z*)return;;esac;case $s in *" $1 "*)return;;esac;[ $1 = $m ]&&return"#,
    #"case $s in *" $2 "*)s="$s$1 ";f=1;;esac;}"#,
    #"g(){ if [ -r /proc/self/task/$m/children ];then s=;d $$;return;fi"#,
    #"s=" $$ ";f=1;while [ $f = 1 ];do f=0;if [ -r /proc/self/stat ];then for p in /proc/[0-9]*/stat"#,
    #"do read -r l <$p&&{ i=${l%% *};set -- ${l##*) };w $i $2 $1;};done;else"#
      + #" for p in $(ps -A -o pid= -o ppid= -o stat=|while read -r i p t;do echo $i,$p,$t;done)"#,
    #"do i=${p%%,*};p=${p#*,};w $i ${p%%,*} ${p#*,};done;fi;done;s=${s#" $$ "};}"#,
    #"if [ -r /proc/self/stat ];then read -r m l </proc/self/stat;else m=$(exec sh -c 'echo $PPID');fi"#,
    #"g;if [ -n "$s" ];then k=$s;kill -TERM $k;for r in 0 0 0 1;do g;n=;for p in $k;do kill -0 $p&&n="$n $p";done"#,
    #"[ -n "$n" ]||break;sleep $r;done;[ -n "$n$s" ]&&{ kill -STOP $n $s;g;kill -KILL $n $s;};fi"#,
  ].joined(separator: ";")

  private static let removeDirectory =
    #"for d in \#(directoryParents);do for d in "$d"/.swiftible-*-$H;do [ -d "$d" ]&&rm -rf "$d";done;done"#

  /// Where the temporary directory may be, best first. In memory rather than on a disk: what a command prints may be a secret, a
  /// full disk must not keep anyone from looking at it, and to make the two files of a request was a fifth of the time of a small
  /// command on ext4, which looks at all names removed within the last minute.
  private static let directoryParents = #""${TMPDIR:-/dev/shm}" /tmp /var/tmp "$HOME""#

  /// The functions that requests call; their names begin with `_s`, for the user's shell text can see them.
  ///
  /// - `_sq ID STATUS` ends a question, which has standard output only.
  /// - `_sa ID SCRIPT` gathers the output of a question and ends it, all in one write.
  /// - `_se ID STATUS` ends a request that wrote to the channel itself, on both streams.
  /// - `_st` makes sure of the temporary directory `$_sT`: a plain mkdir with mode 0700 and an unguessable name, so that nobody
  ///   can have made it before. It sweeps what was left by workers that are gone (`.swiftible-PID-…`).
  /// - `_si ID SCRIPT` runs a script with files for its output, sends them by one `cat` (by none when it was silent) and ends
  ///   the request. Numbered files keep late background writers out of later answers; every 50 requests they are removed.
  ///   Where no file can be had (a full disk) the script writes to the channel, for such a host must be manageable too. That is
  ///   found out before it runs: a script that removes the directory must not run twice. Its output is there still, for the files
  ///   are open; logind removes a user's directories in shared memory when the user's last session ends (`RemoveIPC`).
  private var workerFunctions: String {
    #"""
    _sN='\#(marker)';_sT=
    _sq(){ printf '%s %s %s q\n' "$_sN" $1 $2;}
    _sa(){ _sx=$(eval "$2");printf '%s%s %s %s q\n' "$_sx" "$_sN" $1 $?;}
    _se(){ printf '%s %s %s d\n' "$_sN" $1 $2;printf '%s %s\n' "$_sN" $1 >&2;}
    _st(){ [ -n "$_sT" ]&&[ -d "$_sT" ]&&return
    for _sd in \#(Self.directoryParents);do
    for _sT in "$_sd"/.swiftible-*;do if [ -d "$_sT" ]&&[ ! -h "$_sT" ]&&[ -O "$_sT" ];then
    _sp=${_sT##*/.swiftible-};kill -0 "${_sp%%-*}"||rm -rf "$_sT";fi;done
    _sT=$_sd/.swiftible-$$-\#(directorySuffix)
    (umask 077;mkdir "$_sT"&&printf '%s b\n' "$_sN" >"$_sT/b"&&printf '%s e\n' "$_sN" >"$_sT/s")&&[ -O "$_sT" ]&&return
    done 2>/dev/null;_sT=;}
    _si(){ if [ -n "$_sT" ];then _so=$_sT/o$1;_sr=$_sT/e$1
    if { [ 1 ] >"$_so" >"$_sr";} 2>/dev/null;then
    { (_sx=$2;shift 2;eval "$_sx") 8<&- 9<&- >"$_so" 2>"$_sr";_sx=$?
    if [ ! -f "$_so" ]||[ ! -f "$_sr" ];then
    printf '%s b\n' "$_sN";cat <&8;printf '%s e\n' "$_sN";cat <&9
    elif [ -s "$_so" ]||[ -s "$_sr" ];then cat "$_sT/b" "$_so" "$_sT/s" "$_sr";[ 1 ] >"$_so" >"$_sr";fi
    } 8<"$_so" 9<"$_sr"
    printf '%s %s %s i\n' "$_sN" $1 $_sx;case $1 in *[05]0)rm -f "$_sT"/[oe]*;;esac;return;fi;_sT=;fi
    (_sx=$2;shift 2;eval "$_sx");_se $1 $?;}
    """#
  }
}
