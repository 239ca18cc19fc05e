#!/usr/bin/perl
# A foot pedal with one key, made through uinput: Node has no ioctl, perl has. A line on standard input presses it once.
use strict;
use warnings;
use IO::Handle;

# linux/uinput.h and linux/input-event-codes.h
my ($UI_SET_EVBIT, $UI_SET_KEYBIT, $UI_DEV_CREATE) = (0x40045564, 0x40045565, 0x5501);
my ($EV_SYN, $EV_KEY, $KEY_B, $BUS_USB) = (0, 1, 48, 3);

open(my $pedal, '+>', '/dev/uinput') or die "uinput: $!\n";
$pedal->autoflush(1);
ioctl($pedal, $UI_SET_EVBIT, $EV_KEY) or die "UI_SET_EVBIT: $!\n";
ioctl($pedal, $UI_SET_KEYBIT, $KEY_B) or die "UI_SET_KEYBIT: $!\n";
# struct uinput_user_dev: name, bus, vendor, product, version, ff_effects_max, four tables of axes
my $device = pack('a80 S4 L x1024', 'Test FootSwitch', $BUS_USB, 0x3553, 0xb001, 1, 0);
syswrite($pedal, $device) == length($device) or die "uinput_user_dev: $!\n";
ioctl($pedal, $UI_DEV_CREATE, 0) or die "UI_DEV_CREATE: $!\n";

sub event {
  my ($type, $code, $value) = @_;
  syswrite($pedal, pack('q q S S l', 0, 0, $type, $code, $value)) or die "event: $!\n";
}

STDOUT->autoflush(1);
print "plugged in\n";
while (<STDIN>) {
  event($EV_KEY, $KEY_B, 1);
  event($EV_SYN, 0, 0);
  select(undef, undef, undef, 0.15);
  event($EV_KEY, $KEY_B, 0);
  event($EV_SYN, 0, 0);
}
