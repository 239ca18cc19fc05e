"""A DIMSE-N peer none of us wrote (python3-odil), for the tests of the simulated hospital.

Reads one JSON object from stdin and prints one JSON line for each message it gets.
  {"call": {"port", "sopClass"}, "requests": [{"command": {...}, "dataSet": {DICOM JSON}}], "reports": n}
    sends the requests one after the other; then waits for n N-EVENT-REPORTs on the same association and answers them.
  {"listen": {"port"}, "reports": n}
    takes associations until n N-EVENT-REPORTs have come and are answered; prints {"listening": true} first.
"""

import json
import sys

import odil

SYNTAXES = ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2"]
NUMBERS = {"CommandField", "MessageID", "MessageIDBeingRespondedTo", "CommandDataSetType", "ActionTypeID",
           "EventTypeID", "Status", "ErrorID"}


def command_set(fields):
    result = odil.DataSet()
    for keyword, value in fields.items():
        result.add(getattr(odil.registry, keyword), [value])
    return result


def first(data_set, keyword):
    tag = getattr(odil.registry, keyword)
    if tag not in data_set or data_set.empty(tag):
        return None
    if keyword in NUMBERS:
        return data_set.as_int(tag)[0]
    value = data_set.as_string(tag)[0]
    return (value.decode() if isinstance(value, bytes) else str(value)).rstrip("\0 ")


def show(message):
    command = message.get_command_set()
    keywords = ["CommandField", "Status", "ErrorComment", "ErrorID", "MessageIDBeingRespondedTo", "EventTypeID",
                "ActionTypeID", "AffectedSOPClassUID", "AffectedSOPInstanceUID"]
    shown = {k: v for k, v in ((k, first(command, k)) for k in keywords) if v is not None}
    if message.has_data_set():
        shown["dataSet"] = json.loads(odil.as_json(message.get_data_set()))
    print(json.dumps(shown), flush=True)


def answer_report(association):
    report = association.receive_message()
    show(report)
    command = report.get_command_set()
    sop_class = first(command, "AffectedSOPClassUID")
    answer = command_set({
        "AffectedSOPClassUID": sop_class, "CommandField": 0x8100,
        "MessageIDBeingRespondedTo": first(command, "MessageID"), "CommandDataSetType": 0x0101, "Status": 0,
        "AffectedSOPInstanceUID": first(command, "AffectedSOPInstanceUID"),
        "EventTypeID": first(command, "EventTypeID"),
    })
    association.send_message(odil.messages.Message(answer), sop_class)


def call(target, requests, reports):
    association = odil.Association()
    association.set_peer_host("127.0.0.1")
    association.set_peer_port(target["port"])
    role = odil.AssociationParameters.PresentationContext.Role.SCU
    context = odil.AssociationParameters.PresentationContext(1, target["sopClass"], SYNTAXES, role)
    association.update_parameters().set_calling_ae_title("ODIL").set_called_ae_title("HOSPITAL") \
        .set_presentation_contexts([context])
    association.associate()
    for number, request in enumerate(requests, 1):
        data_set = odil.from_json(json.dumps(request["dataSet"]))
        command = command_set({**request["command"], "MessageID": number, "CommandDataSetType": 1})
        association.send_message(odil.messages.Message(command, data_set), target["sopClass"])
        show(association.receive_message())
    for _ in range(reports):
        answer_report(association)
    association.release()


def listen(target, reports):
    print(json.dumps({"listening": True}), flush=True)
    taken = 0
    while taken < reports:
        association = odil.Association()
        association.receive_association("v4", target["port"])
        try:
            while True:
                answer_report(association)
                taken += 1
        except odil.AssociationReleased:
            print(json.dumps({"released": True}), flush=True)
        except odil.AssociationAborted:
            print(json.dumps({"aborted": True}), flush=True)


script = json.load(sys.stdin)
if "call" in script:
    call(script["call"], script["requests"], script["reports"])
else:
    listen(script["listen"], script["reports"])
