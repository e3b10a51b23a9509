#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signs and verifies images as docs/formats/image.md has them, with nothing of Thimble's: Python's standard library, and the
openssl command for ECDSA. Written from that page and MCUboot's public description of its format.

    mcuboot_image.py verify IMAGE PUBLIC.pem
    mcuboot_image.py record IMAGE ROOT.pem       (a trust record; prints version, what becomes of the other root key, and role and x‖y of each key)
    mcuboot_image.py sign PAYLOAD PRIVATE.pem OUT ABI_HEX CREATION_HEX COUNTER   (CREATION_HEX -: a firmware)
    mcuboot_image.py make-record ROOT_PRIVATE.pem OUT VERSION ROLE:PUBLIC.pem...
    mcuboot_image.py key-hash PRIVATE.pem        (what OTP has of a root key)
"""
import hashlib
import os
import struct
import subprocess
import sys
import tempfile

CLASSES = {0x3C96A55A: "firmware", 0xA53C5A69: "app", 0x695AC3A5: "trust record"}
ROLES = {0x5AC36996: "image", 0xA5963C69: "manifest"}
OTHER_ROOT = {0x5A96C33C: "stays", 0xC3695AA5: "revoked"}


def need(condition, why):
    if not condition:
        sys.exit("refused: " + why)


def openssl(*words, data=None):
    return subprocess.run(["openssl", *words], input=data, capture_output=True, check=False)


def area(image, at, magic):
    need(at + 4 <= len(image), "no TLV area")
    found, size = struct.unpack_from("<HH", image, at)
    need(found == magic and size >= 4 and at + size <= len(image), "a TLV area is malformed")
    entries, end, at = [], at + size, at + 4
    while at < end:
        need(at + 4 <= end, "a TLV is cut")
        kind, length = struct.unpack_from("<HH", image, at)
        at += 4
        need(at + length <= end, "a TLV is cut")
        need(kind not in [known for known, _ in entries], "a TLV stands twice")
        entries.append((kind, image[at : at + length]))
        at += length
    return dict(entries), end


def take_apart(image):
    need(len(image) >= 32, "too short")
    magic, load, header, protected, size, flags = struct.unpack_from("<IIHHII", image)
    version = struct.unpack_from("<BBHI", image, 20)
    need((magic, load, header, flags) == (0x96F3B83D, 0, 32, 0), "header")
    need(struct.unpack_from("<I", image, 28)[0] == 0 and size > 0, "header")
    payload_end = 32 + size
    inner, end = area(image, payload_end, 0x6908)
    need(end == payload_end + protected, "size of the protected area")
    outer, last = area(image, end, 0x6907)
    need(last == len(image), "bytes behind the end")
    return version, image[32:payload_end], image[:end], inner, outer


def check_signature(signed, signature, public):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "signature")
        with open(path, "wb") as file:
            file.write(signature)
        done = openssl("dgst", "-sha256", "-verify", public, "-signature", path, data=signed)
    need(done.returncode == 0, "signature")


def spki(public):
    done = openssl("pkey", "-pubin", "-in", public, "-outform", "DER")
    need(done.returncode == 0 and len(done.stdout) == 91, "no public key on P-256")
    return done.stdout


def check(path, public, is_record):
    with open(path, "rb") as file:
        version, payload, hashed, inner, outer = take_apart(file.read())
    need(outer.get(0x10) == hashlib.sha256(hashed).digest(), "digest")
    need(set(outer) == {0x10, 0x02 if is_record else 0x01, 0x22}, "TLVs that are not protected")
    if is_record:
        need(outer[0x02] == spki(public), "another root key")
    else:
        need(outer[0x01] == hashlib.sha256(spki(public)).digest(), "another key")
    check_signature(hashed, outer[0x22], public)
    kind = CLASSES.get(struct.unpack("<I", inner[0x54A2])[0])
    need((kind == "trust record") == is_record, "class")
    lengths = {"firmware": {0x50: 4, 0x54A2: 4, 0x54A0: 32}, "trust record": {0x50: 4, 0x54A2: 4}}
    lengths["app"] = {**lengths["firmware"], 0x54A1: 8}
    found = {tlv: len(value) for tlv, value in inner.items() if (kind, tlv) != ("app", 0x40)}
    need(found == lengths[kind], "protected TLVs")
    counter = struct.unpack("<I", inner[0x50])[0]
    need(counter <= 64, "counter")
    return kind, version, counter, payload, inner


def verify(path, public):
    kind, version, counter, _, inner = check(path, public, False)
    print(kind, "%d.%d.%d+%d" % version, counter, inner[0x40].hex() if 0x40 in inner else "-")


def record(path, public):
    _, version, counter, payload, _ = check(path, public, True)
    need(version == (0, 0, 0, 0) and counter >= 1, "version")
    need(len(payload) >= 12, "payload")
    magic, count, other_root = struct.unpack_from("<4sII", payload)
    need(magic == b"TTR1" and 1 <= count <= 8 and len(payload) == 12 + 68 * count, "payload")
    need(other_root in OTHER_ROOT, "other root")
    keys = [struct.unpack_from("<I64s", payload, 12 + 68 * at) for at in range(count)]
    need(keys == sorted(set(keys)), "order of the keys")
    print(counter, OTHER_ROOT[other_root])
    for role, point in keys:
        print(ROLES[role], point.hex())


def tlv(kind, value):
    return struct.pack("<HH", kind, len(value)) + value


def tlv_area(magic, *entries):
    content = b"".join(entries)
    return struct.pack("<HH", magic, len(content) + 4) + content


def public_of(private):
    public = openssl("pkey", "-in", private, "-pubout", "-outform", "DER").stdout
    need(len(public) == 91, "no private key on P-256")
    return public


def seal(payload, inner, version, private, identity, out):
    header = struct.pack("<IIHHIIBBHII", 0x96F3B83D, 0, 32, len(inner), len(payload), 0, *version, 0)
    hashed = header + payload + inner
    done = openssl("dgst", "-sha256", "-sign", private, data=hashed)
    need(done.returncode == 0, "cannot sign")
    outer = tlv_area(0x6907, tlv(0x10, hashlib.sha256(hashed).digest()), identity, tlv(0x22, done.stdout))
    with open(out, "wb") as file:
        file.write(hashed + outer)


def class_tlv(name):
    [number] = [number for number, known in CLASSES.items() if known == name]
    return tlv(0x54A2, struct.pack("<I", number))


def sign(payload_path, private, out, abi, creation, counter):
    with open(payload_path, "rb") as file:
        payload = file.read()
    is_app = creation != "-"
    inner = tlv_area(
        0x6908,
        # Not in the order that Thimble writes: any will do.
        tlv(0x54A0, bytes.fromhex(abi)),
        class_tlv("app" if is_app else "firmware"),
        *([tlv(0x54A1, bytes.fromhex(creation))] if is_app else []),
        tlv(0x0050, struct.pack("<I", int(counter))),
    )
    identity = tlv(0x01, hashlib.sha256(public_of(private)).digest())
    seal(payload, inner, (1, 2, 3, 4), private, identity, out)


def make_record(root, out, version, *keys):
    numbers = {name: number for number, name in ROLES.items()}
    entries = []
    for role, path in (key.split(":", 1) for key in keys):
        entries.append((numbers[role], spki(path)[-64:]))
    other_root = {name: number for number, name in OTHER_ROOT.items()}["stays"]
    payload = struct.pack("<4sII", b"TTR1", len(entries), other_root)
    payload += b"".join(struct.pack("<I64s", *entry) for entry in sorted(entries))
    inner = tlv_area(0x6908, class_tlv("trust record"), tlv(0x0050, struct.pack("<I", int(version))))
    seal(payload, inner, (0, 0, 0, 0), root, tlv(0x02, public_of(root)), out)


def key_hash(private):
    print(hashlib.sha256(public_of(private)).hexdigest())


if __name__ == "__main__":
    verbs = {"verify": verify, "record": record, "sign": sign, "make-record": make_record, "key-hash": key_hash}
    verbs[sys.argv[1]](*sys.argv[2:])
