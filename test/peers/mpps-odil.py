# An MPPS provider none of us wrote: python3-odil. `mpps-odil.py PORT`; a JSON line for each request.
import json
import sys

import odil

steps = {}


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def state(data_set):
    return text(data_set.as_string("PerformedProcedureStepStatus")[0])


def say(**facts):
    print(json.dumps(facts), flush=True)


def create(request):
    uid, data_set = text(request.get_affected_sop_instance_uid()), request.get_data_set()
    status = 0x0111 if uid in steps else 0
    if status == 0:
        steps[uid] = state(data_set)
    say(request="create", uid=uid, status=status, state=steps[uid], name=text(data_set.as_string("PatientName")[0]))
    return status


def change(request):
    uid, data_set = text(request.get_requested_sop_instance_uid()), request.get_data_set()
    status = 0x0112 if uid not in steps else 0 if steps[uid] == "IN PROGRESS" else 0x0110
    if status == 0:
        steps[uid] = state(data_set)
    series = data_set.as_data_set("PerformedSeriesSequence")
    images = [text(image.as_string("ReferencedSOPInstanceUID")[0])
              for item in series for image in item.as_data_set("ReferencedImageSequence")]
    say(request="set", uid=uid, status=status, state=state(data_set), images=images)
    return status


say(ready=True)
while True:
    association = odil.Association()
    try:
        association.receive_association("v4", int(sys.argv[1]))
        dispatcher = odil.SCPDispatcher(association)
        creation, setting = odil.NCreateSCP(association), odil.NSetSCP(association)
        creation.set_callback(create)
        setting.set_callback(change)
        dispatcher.set_ncreate_scp(creation)
        dispatcher.set_nset_scp(setting)
        while True:
            dispatcher.dispatch()
    except odil.AssociationReleased:
        pass
    except Exception as error:
        say(error=str(error))
