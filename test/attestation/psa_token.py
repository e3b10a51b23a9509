#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks a PSA attestation token with nothing of Thimble's: written from RFC 9783, with cbor2 and cryptography.

    psa_token.py TOKEN KEY EXPECTED

TOKEN: a file. KEY: 0x04, x, y of the key that signed, in hexadecimal. EXPECTED: a JSON file with nonce, instance_id,
implementation_id (hexadecimal), profile, client_id, lifecycle and components (type, value, version, signer_id).
"""
import io
import json
import sys

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

ES256, ALG = -7, 1
NONCE, INSTANCE_ID, PROFILE, BOOT_SEED = 10, 256, 265, 268
CLIENT_ID, LIFECYCLE, IMPLEMENTATION_ID, COMPONENTS = 2394, 2395, 2396, 2399
HASH_SIZES = (32, 48, 64)


def need(condition, why):
    if not condition:
        sys.exit("refused: " + why)


def whole(data, what):
    stream = io.BytesIO(data)
    try:
        item = cbor2.CBORDecoder(stream).decode()
    except Exception:  # whatever a decoder says of what is no CBOR
        sys.exit(f"refused: {what} is no CBOR")
    need(stream.tell() == len(data), f"bytes behind {what}")
    return item


def signed_content(message, key):
    """RFC 9783 §5.1.1: a tagged COSE_Sign1; RFC 9052 §4.4."""
    need(isinstance(message, cbor2.CBORTag) and message.tag == 18, "no tagged COSE_Sign1")
    need(isinstance(message.value, list) and len(message.value) == 4, "no COSE_Sign1")
    protected, unprotected, payload, signature = message.value
    need(all(isinstance(part, bytes) for part in (protected, payload, signature)), "no byte strings")
    need(isinstance(unprotected, dict) and ALG not in unprotected, "unprotected header")
    header = whole(protected, "the protected header")
    need(isinstance(header, dict) and header.get(ALG) == ES256, "algorithm")
    need(len(signature) == 64, "length of the signature")
    text = cbor2.dumps(["Signature1", protected, b"", payload])
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
        public.verify(encode_dss_signature(r, s), text, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        sys.exit("refused: signature")
    return whole(payload, "the payload")


def is_bytes(value, *sizes):
    return isinstance(value, bytes) and len(value) in sizes


def check_component(found, expected):
    """RFC 9783 §4.4.1."""
    need(isinstance(found, dict), "component")
    kind = found.get(1)
    need(kind == expected["type"], "type of a component")
    need(is_bytes(found.get(2), *HASH_SIZES) and found[2].hex() == expected["value"], f"value of {kind}")
    need(found.get(4) == expected["version"], f"version of {kind}")
    need(is_bytes(found.get(5), *HASH_SIZES) and found[5].hex() == expected["signer_id"], f"signer of {kind}")


def check_claims(claims, expected):
    """RFC 9783 §4."""
    need(isinstance(claims, dict), "claims")
    need(is_bytes(claims.get(NONCE), *HASH_SIZES) and claims[NONCE].hex() == expected["nonce"], "nonce")
    instance = claims.get(INSTANCE_ID)
    need(is_bytes(instance, 33) and instance[0] == 1 and instance.hex() == expected["instance_id"], "instance id")
    need(claims.get(PROFILE) == expected["profile"], "profile")
    need(isinstance(claims.get(CLIENT_ID), int) and claims[CLIENT_ID] == expected["client_id"] != 0, "client id")
    need(isinstance(claims.get(LIFECYCLE), int) and claims[LIFECYCLE] == expected["lifecycle"], "lifecycle")
    implementation = claims.get(IMPLEMENTATION_ID)
    need(is_bytes(implementation, 32) and implementation.hex() == expected["implementation_id"], "implementation id")
    need(BOOT_SEED not in claims or is_bytes(claims[BOOT_SEED], *range(8, 33)), "boot seed")
    components = claims.get(COMPONENTS)
    need(isinstance(components, list) and len(components) == len(expected["components"]), "components")
    for found, known in zip(components, expected["components"]):
        check_component(found, known)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    with open(sys.argv[1], "rb") as file:
        message = whole(file.read(), "the token")
    with open(sys.argv[3], encoding="utf-8") as file:
        expected = json.load(file)
    check_claims(signed_content(message, bytes.fromhex(sys.argv[2])), expected)
    print("good")


main()
