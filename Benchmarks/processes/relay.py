"""Carries packets between two network namespaces, at a limited rate and after a delay.

    relay.py NAMESPACE NAMESPACE ADDRESS ADDRESS BYTES_A_SECOND SECONDS

Each namespace gets a TUN device, whose packets this program reads and writes. It prints "ready" and runs until it is terminated.
"""

import fcntl
import heapq
import os
import select
import struct
import subprocess
import sys
import time

SET_DEVICE, TUN_WITHOUT_HEADER = 0x400454CA, 0x1001
# Large packets, so that few of them make a rate.
LARGEST = 9000
# Packets that wait; TCP sends more slowly once one is dropped.
MOST_WAITING = 400


def device(name: str, namespace: str, address: str) -> int:
    opened = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(opened, SET_DEVICE, struct.pack("16sH", name.encode(), TUN_WITHOUT_HEADER))
    subprocess.run(["ip", "link", "set", name, "netns", namespace], check=True)
    within = ["ip", "netns", "exec", namespace, "ip"]
    subprocess.run([*within, "address", "add", f"{address}/24", "dev", name], check=True)
    subprocess.run([*within, "link", "set", name, "mtu", str(LARGEST), "up"], check=True)
    subprocess.run([*within, "link", "set", "lo", "up"], check=True)
    return opened


def main() -> None:
    namespaces, addresses = sys.argv[1:3], sys.argv[3:5]
    rate, delay = float(sys.argv[5]), float(sys.argv[6])
    ends = [device(f"swiftlet{index}", *place) for index, place in enumerate(zip(namespaces, addresses))]
    other = {ends[0]: ends[1], ends[1]: ends[0]}
    free = {end: 0.0 for end in ends}  # when the way from here has carried what it was given
    waiting, number = [], 0  # (when it arrives, number, where, packet)
    print("ready", flush=True)
    while True:
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, _, end, packet = heapq.heappop(waiting)
            try:
                os.write(end, packet)
            except BlockingIOError:
                pass
        pause = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        for end in select.select(ends, [], [], pause)[0]:
            packet = os.read(end, LARGEST + 100)
            if len(waiting) >= MOST_WAITING:
                continue
            free[end] = max(free[end], time.monotonic()) + len(packet) / rate
            number += 1
            heapq.heappush(waiting, (free[end] + delay, number, other[end], packet))


if __name__ == "__main__":
    main()
