"""The peer of the STOW figures: swallows the body of each POST without looking at it, with less work than either sender
has, and answers that it stored what the file names (argument 1: SOP class and SOP Instance UID, a line each). Prints its
port. Python, since one receive buffer used over and over is what Node's servers cannot do."""
import json, re, socket, sys
items = [dict(zip(("00081150", "00081155"), ({"vr": "UI", "Value": [uid]} for uid in line.split()))) for line in open(sys.argv[1])]
body = json.dumps({"00081199": {"vr": "SQ", "Value": items}}).encode()
answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/dicom+json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
buffer = bytearray(1 << 20)
view = memoryview(buffer)
while True:
    peer, _ = server.accept()
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    head = b""
    while True:
        n = peer.recv_into(buffer)
        if n == 0:
            break
        head += view[:n]
        end = head.find(b"\r\n\r\n")
        if end < 0:
            continue
        length = re.search(rb"content-length: *(\d+)", head[:end], re.I)
        left = int(length.group(1)) - (len(head) - end - 4)
        while left > 0 and n > 0:
            n = peer.recv_into(buffer)
            left -= n
        head = b""
        peer.sendall(answer)
    peer.close()
