# A provider of Modality Performed Procedure Step on python3-odil, which none of us wrote. Its port is the argument; it
# keeps the steps in memory, refuses as PS3.4 F.7.2 says, and prints a line for each that it takes.
import sys
import odil

steps = {}


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def status_of(request):
    return text(request.get_data_set().as_string("PerformedProcedureStepStatus")[0])


def create(request):
    uid = text(request.get_affected_sop_instance_uid())
    if uid in steps:
        return 0x0111
    steps[uid] = status_of(request)
    print("N-CREATE", uid, steps[uid], flush=True)
    return 0


def change(request):
    uid = text(request.get_requested_sop_instance_uid())
    if uid not in steps:
        return 0x0112
    if steps[uid] != "IN PROGRESS":
        return 0x0110
    steps[uid] = status_of(request)
    print("N-SET", uid, steps[uid], flush=True)
    return 0


while True:
    association = odil.Association()
    association.receive_association("v4", int(sys.argv[1]))
    dispatcher = odil.SCPDispatcher(association)
    creating = odil.NCreateSCP(association)
    creating.set_callback(create)
    changing = odil.NSetSCP(association)
    changing.set_callback(change)
    dispatcher.set_ncreate_scp(creating)
    dispatcher.set_nset_scp(changing)
    try:
        while True:
            dispatcher.dispatch()
    except odil.AssociationReleased:
        print("released", flush=True)
    except Exception as error:
        print("failed", type(error).__name__, flush=True)
