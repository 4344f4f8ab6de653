"""The process that draws: it reads orders and writes pictures, and ends with whoever asked."""

from __future__ import annotations

import gc
import os
import pickle
import struct
import sys
from contextlib import suppress
from typing import BinaryIO

from bot.pictures.drawing import drawn

HEAD = struct.Struct(">BI")  # 1: a picture, 0: why there is none; and how many bytes follow
NICE = 5  # whoever waits for an acknowledgement comes first


def main() -> None:
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a library prints must not get between the answers
        os.nice(NICE)
        while (order := _next(sys.stdin.buffer)) is not None:
            picture, theme, ending = pickle.loads(order)  # from our own parent, nobody else can write here
            try:
                good, content = 1, drawn(picture, theme, ending)
            except Exception as cause:  # told to whoever asked; the next picture may be drawn all the same
                good, content = 0, f"{type(cause).__name__}: {cause}".encode()
            answers.write(HEAD.pack(good, len(content)) + content)
            answers.flush()
            gc.collect()  # a drawing is full of rings, and nobody waits now


def _next(orders: BinaryIO) -> bytes | None:
    """None: nobody is there any more."""
    head = orders.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    _, length = HEAD.unpack(head)
    order = orders.read(length)
    return order if len(order) == length else None


if __name__ == "__main__":
    with suppress(BrokenPipeError):  # whoever asked was killed while this one drew
        main()
