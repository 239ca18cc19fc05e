#!/bin/busybox sh
# /init of the test's guest: modules, the host's own files read-only, a disk of its own at /mnt, then guest.ts.
# /appliance.env holds node, folder and modules; the console is the first serial port, what guest.ts says is the second.
B=/bin/busybox
$B mount -t devtmpfs dev /dev; $B mount -t proc proc /proc; $B mount -t sysfs sys /sys
. /appliance.env
for word in $($B cat /proc/cmdline); do
  case $word in
    appliance.phase=*) phase=${word#appliance.phase=} ;;
    appliance.seq=*) seq=${word#appliance.seq=} ;;
  esac
done
end() {
  echo "appliance: $1"; echo "@@{\"step\":\"failed\",\"reason\":\"$1\"}" > /dev/ttyS1
  $B sync; $B poweroff -f
}
while read -r module; do
  case $module in
    vivid.ko) arguments=$vivid ;;
    v4l2loopback.ko) arguments=$loopback ;;
    *) arguments= ;;
  esac
  $B insmod "/lib/mods/$module" $arguments || end "the module $module cannot be loaded"
done < /lib/mods/order
$B mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,ro,cache=loose hostroot /host || end "no 9p: the host's files are missing"
$B mount -t ext4 /dev/vda /host/mnt || end "the data disk cannot be mounted"
for folder in dev proc sys; do $B mount -o bind "/$folder" "/host/$folder"; done
$B mount -t tmpfs tmpfs /host/run && $B mkdir -m 1777 /host/run/tmp
$B mkdir -p /host/dev/shm && $B mount -t tmpfs tmpfs /host/dev/shm
$B ifconfig lo 127.0.0.1 up
$B stty -F /dev/ttyS1 raw -echo
echo "appliance: guest.ts $phase at $($B cut -d. -f1 /proc/uptime) s"
export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/run TMPDIR=/run/tmp LANG=C.UTF-8
cd /host
$B chroot /host "$node" "$folder_of_project/tools/appliance/guest.ts" "$phase" "$seq" < /dev/null > /dev/ttyS1 2>&1
echo "appliance: guest.ts ended with $?"
$B umount /host/mnt
$B sync; $B poweroff -f
