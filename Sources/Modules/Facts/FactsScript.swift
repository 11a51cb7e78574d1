import Transport

/// The script that gathers facts: each answer stands under a line that begins with the byte 1. It only reads, and needs as
/// few processes as it can: many small files are read by one `grep ''`, which names the file before each line.
enum FactsScript {
  static let end: ShellScript = "s end\n"

  static func part(_ source: FactSource, localPath: String) -> ShellScript {
    switch source {
    case .platform: platform
    case .distribution:
      """
      s os
      grep -s '' /etc/os-release /usr/lib/os-release /etc/debian_version /etc/redhat-release /etc/system-release /etc/alpine-release /etc/arch-release /etc/gentoo-release /etc/SuSE-release /etc/slackware-version /etc/lsb-release /etc/openwrt_release

      """
    case .lsb: "s lsb\ncommand -v lsb_release >/dev/null 2>&1 && t lsb_release -a\n"
    case .cmdline: "s cmdline\ncat /proc/cmdline 2>/dev/null\n"
    case .environment: "s env\ncat /proc/self/environ 2>/dev/null\n"
    case .user:
      """
      s user
      u=$(id -u)
      echo "$u $(id -g) $(id -ru) $(id -rg)"
      getent passwd "$u" 2>/dev/null || grep "^[^:]*:[^:]*:$u:" /etc/passwd

      """
    case .date: "s date\ndate '+%Y %m %d %H %M %S %s %N %A %w %W %Z %z'\n"
    case .dns: "s dns\ncat /etc/resolv.conf 2>/dev/null\n"
    case .fips: "s fips\ncat /proc/sys/crypto/fips_enabled 2>/dev/null\n"
    case .local: local(localPath)
    case .packageManager: packageManager
    case .python: python
    case .selinux:
      """
      s selinux
      if [ -e /sys/fs/selinux/enforce ]; then
        grep -s '' /sys/fs/selinux/enforce /sys/fs/selinux/policyvers /etc/selinux/config
      fi

      """
    case .serviceManager: serviceManager
    case .hostKeys:
      "s hostkeys\ngrep -s '' /etc/ssh/ssh_host_*_key.pub /etc/openssh/ssh_host_*_key.pub /etc/ssh_host_*_key.pub\n"
    case .apparmor: "s apparmor\n[ -d /sys/kernel/security/apparmor ] && echo enabled\n"
    case .capabilities: "s caps\ncommand -v capsh >/dev/null 2>&1 && capsh --print\n"
    case .chroot: chroot
    case .hardware: hardware
    case .mounts: mounts
    case .devices: devices
    case .network: network
    case .virtualization: virtualization
    case .load: "s loadavg\ncat /proc/loadavg 2>/dev/null\n"
    case .storageNames:
      """
      s storage
      grep -s '' /etc/iscsi/initiatorname.iscsi /etc/nvme/hostnqn /sys/class/fc_host/*/port_name

      """
    }
  }

  private static let platform: ShellScript = #"""
    s uname
    n=$(uname -n)
    echo "$(uname -s) $(uname -m)"
    echo "$n"
    uname -r
    uname -v
    s fqdn
    a=$(getent hosts "$n" 2>/dev/null) && getent hosts "${a%%[!0-9a-fA-F:.]*}" 2>/dev/null
    s machineid
    cat /var/lib/dbus/machine-id /etc/machine-id 2>/dev/null
    s bits
    getconf LONG_BIT 2>/dev/null

    """#

  private static func local(_ path: String) -> ShellScript {
    #"""
    for f in \#(path)/*.fact; do
      [ -f "$f" ] || continue
      s "local $f"
      if [ -x "$f" ]; then
        t "$f" </dev/null
        printf '\n\002%s' $?
      else
        cat "$f" 2>/dev/null
        printf '\n\002%s' $?
      fi
      echo
    done

    """#
  }

  private static let packageManager: ShellScript = #"""
    s pkgmgr
    for p in /usr/bin/apt-get /usr/bin/dnf5 /usr/bin/dnf /usr/bin/dnf-3 /usr/bin/yum /usr/bin/microdnf /usr/bin/zypper \
      /usr/bin/pacman /sbin/apk /usr/bin/emerge /bin/opkg /usr/sbin/swupd /usr/bin/xbps-install /usr/bin/apt-rpm \
      /usr/sbin/urpmi /usr/bin/installp /usr/sbin/pkg /usr/bin/rpm-ostree /run/ostree-booted; do
      [ -e "$p" ] && echo "$p"
    done

    """#

  private static let python: ShellScript = #"""
    s python
    for p in python3 /usr/libexec/platform-python python; do
      q=$(command -v "$p" 2>/dev/null) && { echo "$q"; "$q" -V 2>&1; break; }
    done

    """#

  private static let serviceManager: ShellScript = #"""
    s init
    read -r c </proc/1/comm 2>/dev/null && echo "comm $c"
    for d in /run/systemd/system /dev/.run/systemd /dev/.systemd; do [ -d "$d" ] && { echo systemd; break; }; done
    [ -L /sbin/init ] && echo "link $(readlink /sbin/init)"
    command -v systemctl >/dev/null 2>&1 && echo systemctl
    command -v initctl >/dev/null 2>&1 && [ -d /etc/init ] && echo upstart
    [ -e /sbin/openrc ] && echo openrc
    [ -e /etc/init.d ] && echo sysvinit
    [ -e /etc/dinit.d ] && echo dinit
    s systemd
    command -v systemctl >/dev/null 2>&1 && t systemctl --version

    """#

  /// Where the first process's root can't be looked at, a root with an unusual inode number is a chroot's.
  private static let chroot: ShellScript = #"""
    s chroot
    if [ -n "$debian_chroot" ]; then echo yes
    elif [ -e /proc/1/root/. ]; then [ /proc/1/root/. -ef /. ] && echo no || echo yes
    else
      case $(stat -f -c %T / 2>/dev/null),$(stat -c %i / 2>/dev/null) in
      btrfs,256 | xfs,128 | *,2) echo no ;;
      *) echo yes ;;
      esac
    fi

    """#

  private static let hardware: ShellScript = #"""
    s cpuinfo
    cat /proc/cpuinfo
    s nproc
    nproc 2>/dev/null || getconf _NPROCESSORS_ONLN
    s meminfo
    cat /proc/meminfo
    s uptime
    cat /proc/uptime
    s lvm
    [ "$(id -u)" = 0 ] && command -v vgs >/dev/null 2>&1 && {
      for c in "vgs -o vg_name,lv_count,pv_count,vg_size,vg_free" "lvs -o vg_name,lv_name,lv_size" "pvs -o pv_name,vg_name,pv_size,pv_free"; do
        set -- $c
        c=$1
        shift
        t "$c" --noheadings --nosuffix --units g --separator '|' "$@" | while IFS= read -r l; do echo "$c$l"; done
      done
      echo lvm
    }
    s dmi
    grep -s '' /sys/devices/virtual/dmi/id/*

    """#

  private static let mounts: ShellScript = #"""
    s mounts
    cat /proc/self/mounts
    s statfs
    set --
    while read -r d m f r; do
      case $d in /*|*:/*) ;; *) [ "$f" = zfs ] || [ "$f" = tmpfs ] || continue ;; esac
      case $d,$f in none,*|*,tmpfs) continue ;; esac
      set -- "$@" "$(printf %b "$m")"
    done </proc/self/mounts
    [ $# -gt 0 ] && t stat -f -c '%S %s %b %a %c %d %n' -- "$@"
    s uuids
    command -v lsblk >/dev/null 2>&1 && t lsblk -lnpo NAME,UUID

    """#

  private static let devices: ShellScript = #"""
    s block
    cd /sys/block 2>/dev/null && {
      for d in *; do
        [ -e "$d" ] || continue
        case $(readlink "$d") in */virtual/*) v=virtual ;; *) v=real ;; esac
        [ -d "$d/device" ] && v=$v,device
        echo "kind $d $v"
        for h in "$d"/holders/*; do [ -e "$h" ] && echo "holder $d ${h##*/}"; done
      done
      grep -s '' */size */ro */removable */queue/rotational */queue/scheduler */queue/hw_sector_size \
        */queue/logical_block_size */queue/discard_granularity */device/vendor */device/model */device/sas_address \
        */*/start */*/size */dm/name
      cd /
    }
    s links
    for f in /dev/disk/by-id/* /dev/disk/by-uuid/* /dev/disk/by-label/*; do
      [ -L "$f" ] && echo "$f $(readlink "$f")"
    done

    """#

  private static let network: ShellScript = #"""
    s net
    cd /sys/class/net 2>/dev/null && {
      for i in *; do
        [ -e "$i/ifindex" ] || continue
        echo "interface $i"
        [ -e "$i/device" ] && { p=$(readlink "$i/device"); echo "pciid $i ${p##*/}"; }
        [ -e "$i/device/driver/module" ] && { p=$(readlink "$i/device/driver/module"); echo "module $i ${p##*/}"; }
        [ -d "$i/bridge" ] && for b in "$i"/brif/*; do [ -e "$b" ] && echo "port $i ${b##*/}"; done
      done
      grep -s '' */address */mtu */operstate */type */flags */speed */bridge/bridge_id */bridge/stp_state \
        */bonding/mode */bonding/miimon */bonding/lacp_rate */bonding/primary */bonding/slaves */bonding/all_slaves_active
      cd /
    }
    if command -v ip >/dev/null 2>&1; then
      s addresses
      ip -o addr show
      s route4
      ip -4 route get 8.8.8.8 2>/dev/null
      s route6
      ip -6 route get 2404:6800:400a:800::1012 2>/dev/null
      s local4
      ip -4 route show table local 2>/dev/null
      s local6
      ip -6 route show table local 2>/dev/null
    fi

    """#

  private static let virtualization: ShellScript = #"""
    s virt
    [ -e /.dockerenv ] || [ -e /.dockerinit ] && echo docker
    [ -e /run/.containerenv ] || [ -e /run/podman-init ] && echo podman
    [ -d /proc/vz ] && { [ -d /proc/lve ] || echo openvz; }
    [ -d /proc/bc ] && echo openvzhost
    [ -d /proc/xen ] && echo xen
    [ -e /dev/kvm ] && echo devkvm
    [ -e /run/systemd/container ] && read -r c </run/systemd/container && echo "container $c"
    c=$(tr '\0' '\n' 2>/dev/null </proc/1/environ | grep '^container=') && echo "container ${c#container=}"
    grep -s '' /proc/1/cgroup /proc/self/status /proc/modules /sys/hypervisor/type /proc/xen/capabilities \
      /sys/devices/virtual/dmi/id/product_name /sys/devices/virtual/dmi/id/sys_vendor \
      /sys/devices/virtual/dmi/id/bios_vendor /sys/devices/virtual/dmi/id/product_family
    grep -s -m 400 -e '^flags' -e '^model name' -e '^vendor_id' -e '^Hypervisor' /proc/cpuinfo /proc/sysinfo | sort -u

    """#
}
