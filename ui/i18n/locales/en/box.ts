export const box = {
  refusals: {
    "not-saved-yet":
      "This is on the disk, but the box's database does not take it yet. The box goes on trying; call biomed if it stays so.",
    "administrator-needed":
      "An administrator must be set first, at the screen of this box. Until then pictures are kept and sent, and no more.",
    "not-signed-in": "Sign in with your PIN to do this.",
    "not-allowed": "Your roles do not allow this. Ask somebody who may.",
    "already-set-up": "This box has an administrator already.",
    "wrong-setup-code": "The code is wrong. It is in the log of the box.",
    "wrong-pin": "The PIN is wrong.",
    "sign-in-locked": "Too many wrong tries: signing in is locked for a while.",
    "sign-in-busy": "Too many are signing in at this moment. Try again in a few seconds.",
    "unfit-pin": "This PIN cannot be taken. Choose another of 4 to 12 digits.",
    "unfit-name": "This name cannot be taken.",
    "name-taken": "There is a user of this name already. Choose another name.",
    "unknown-user": "There is no such user on this box.",
    "unknown-token": "There is no such token, or it was revoked already.",
    "last-administrator": "Somebody has to stay administrator. Give the role to another first.",
    "too-many-users": "There are too many users; no more fit.",
    "too-many-tokens": "There are too many tokens. Revoke one that is not used any more.",
    "unknown-trigger": "There is no such pedal or button any more. Look at the list again.",
    "triggers-off": "Pedals and buttons are switched off in the settings.",
    "already-learning": "Another screen is learning a pedal or button now. End that first, or wait 15 seconds.",
    "nothing-pressed": "Nothing was pressed. Try again.",
    "learning-cancelled": "Learning was ended. Nothing was changed.",
    "several-keys": "Several keys were pressed at once. Press only the one to learn.",
    "too-many-triggers": "Too many pedals and buttons are learned. Forget one first.",
    "unknown-procedure": "There is no such procedure on this box.",
    "unknown-capture": "There is no such capture on this box, or it has no picture.",
    "unknown-worklist-item": "This entry is not on the worklist any more. Refresh the list.",
    "unknown-source": "There is no such video source on this box.",
    "unknown-delivery": "There is no such delivery on this box.",
    "unknown-node": "There is no node of this name in the settings.",
    "file-removed": "This capture is safe in the archive and was removed from this box. Look at it there.",
    "not-a-clip": "Nothing can be cut from this. Choose a clip.",
    "outside-clip": "That moment is not in this clip. Choose another.",
    "bad-request": "The recorder cannot take this as it was entered.",
    "different-patients": "These entries belong to different patients. Choose those of one patient.",
    "procedure-open": "This procedure is still open. Complete it first.",
    "procedure-not-open": "This does not fit the procedure's state: it is completed already, or not yet.",
    "already-released": "This procedure was released already: its patient cannot be changed here.",
    "no-patient": "Nothing is sent without a patient whose ID can be sent. Choose the patient first.",
    "still-recording": "A capture is not finished yet. Stop it, or try again in a moment.",
    "not-recording": "This clip is not being recorded any more.",
    "already-recording": "This source is recording already. Stop that clip first.",
    "nothing-recorded": "The recording ended before its first picture was on the disk.",
    "no-look-back": "There is no picture to look back to. Wait a moment and try again.",
    "not-now": "This cannot be done with this delivery now.",
    "no-other-encoding": "There is no other encoding that this node may be sent.",
    "no-signal": "Nothing was kept: there is no picture.",
    media: "The test pictures could not be made. Call biomed.",
    "no-address": "This node has no address in the settings. Ask biomed to add it.",
    refused: "The video source was refused. Nothing was kept. Call biomed.",
    busy: "Nothing was done: the recorder is busy. Press again in a moment.",
    encoder: "The picture could not be made. Press again; if it stays so, call biomed.",
    stopped: "The source or the box is being stopped. Nothing was kept.",
    disk: "The disk is full or does not take it. Call biomed; then press again.",
    fault: "Something went wrong in this box. Nothing that was saved is lost; try again.",
    origin: "This page may not give orders to the recorder. Open the screen from the recorder's own address.",
  },
  findings: {
    "no-signal":
      "The video card receives no signal that it can take. Check the microscope, its output and the video cable.",
    black:
      "The picture is black. Check that the light is on, the shutter open and the right output of the microscope chosen.",
    frozen:
      "The picture stands still: the same frame comes again and again. Check the freeze button of the microscope and the video cable.",
    "wrong-mode":
      "The signal is not the one this source is set up for. Set the output of the microscope, or have the profile changed.",
    interlaced:
      "The picture is interlaced: moving edges look like combs. Set the output of the microscope to a progressive mode, or the profile to deinterlace.",
    letterbox:
      "The picture has black bars at its edges: part of the resolution is lost. Set the output of the microscope to the format of this source.",
    "clipped-range":
      "Bright and dark parts are cut off, or the picture is flat: the signal's range of values is not the one set up. Have the profile's range (full, limited) changed, or that of the output.",
    "wrong-aspect":
      "The picture is too wide or too narrow: its pixels are not square. Set the output of the microscope to the format of this source.",
    dropped:
      "Frames of the source do not arrive. Recordings count what is missing. Check the video cable and whether the box is overloaded.",
    rate: "The source is slower or faster than it is set up for: clips play off real time. Have the profile's rate changed.",
    overload:
      "This box is overloaded: the preview shows fewer pictures, stills and recordings keep every frame. If it stays so, call biomed.",
  },
  alarms: {
    unsent: "Captures have been waiting to be sent for too long. Nothing is lost; see Outbox for what they wait for.",
    held: "Deliveries wait for a decision. Open Outbox.",
    "node-down":
      "{{what}} is not reached. Captures wait on this box and are sent when it is back; check its network and whether it runs.",
    refusal:
      "{{what}} refuses a service that it is set to give. Its administrator has to allow it. Pictures are sent all the same.",
    "commitment-overdue":
      "{{what}} has not confirmed that it keeps what it was sent. It all stays on this box; ask whether its storage commitment works.",
    "commitment-failed":
      "{{what}} says that it does not keep some of what it was sent. It all stays on this box; open Outbox to send it again.",
    certificate: "The certificate in {{what}} has expired or expires soon. Replace the file; no restart is needed.",
    "tls-file": "A file of certificates or keys cannot be used. Call biomed.",
    "clock-early": "The clock of this box is wrong: captures get wrong times. Set the clock, or connect a time server.",
    "clock-stepped":
      "The clock was set: times of captures before and after do not fit together. Check the time, and the time server.",
    "clock-unsynchronised":
      "The clock is not synchronised with a time server: times of captures may be off. Check the network.",
    "disk-full":
      "The disk is full: no new clips; stills are still kept. Let the waiting captures be sent, or call biomed.",
    "disk-90":
      "The disk is nearly full. Soon no clips can be recorded. Let the waiting captures be sent, or call biomed.",
    "disk-80": "The disk is more than 80 % full.",
    "disk-nothing-to-delete":
      "The disk is too full, and nothing more on it may be deleted: the rest is not proven to have arrived. See Outbox for what waits.",
    store: "The check of the storage found problems. Call biomed; nothing is to be deleted before.",
    source: "{{what}}: the picture is not as it should be.",
    mute: "Alarms do not reach whoever is to be told. Call biomed.",
  },
  reasons: {
    "110500": "Doctor canceled procedure",
    "110501": "Equipment failure",
    "110502": "Incorrect procedure ordered",
    "110504": "Patient died",
    "110505": "Patient refused to continue procedure",
    "110506": "Patient taken for treatment or surgery",
    "110507": "Patient did not arrive",
    "110509": "Change of procedure for correct charging",
    "110510": "Duplicate order",
    "110511": "Nursing unit cancel",
    "110512": "Incorrect side ordered",
    "110513": "Discontinued for unspecified reason",
    "110515": "Patient condition prevented continuing",
    "110516": "Equipment change",
  },
  problemAreas: {
    source: "A video source gives no picture, or less than was asked.",
    delivery: "Something is wrong with sending. See Outbox.",
    worklist: "The worklist is not reached. The list is from before.",
    storage: "Something is wrong with the storage. Call biomed.",
    dicom: "Other systems are not answered on a port of this box. Call biomed.",
    triggers: "A pedal, button or scanner is not heard. Call biomed.",
    sounds: "The box plays no sounds. Call biomed.",
  },
} as const;
