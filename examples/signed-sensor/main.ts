// SPDX-License-Identifier: Apache-2.0
/** Measures once a minute; signs and sends every batch. The same file runs on every board. */
import Analog from "embedded:io/analog";
import UDP from "embedded:io/socket/udp";
import { encodeBatch, SENML_CBOR, toCelsius } from "batch";
import { openIdentity } from "identity";
import config from "mc/config";
import { openSettings } from "settings";
import { CoseAlgorithm } from "thimble/cose/algorithms";
import { encodeKey } from "thimble/cose/key";
import { createSign1 } from "thimble/cose/sign1";
import { crypto } from "thimble/device/crypto";
import Timer from "timer";

const MINUTE_MS = 60_000;
const CONTENT_TYPE = 3; // COSE header parameter

const settings = openSettings(config.batchMinutes);
const identity = openIdentity();
const sensor = new Analog({ pin: config.pin });
const socket = new UDP({});
const { address, port } = config.receiver;

trace(`signed-sensor: ${identity.isNew ? "made a new key" : "found its key"}, batch ${settings.nextBatch} is next\n`);
socket.write(encodeKey({ kty: "EC2", crv: "P-256", publicKey: identity.publicKey, kid: identity.kid }), address, port);

let startMs = Date.now();
let values: number[] = [];

function sendBatch(): void {
  const payload = encodeBatch({
    name: `urn:dev:thimble:${settings.nextBatch}:`,
    startMs,
    intervalMs: MINUTE_MS,
    values,
  });
  const message = createSign1(crypto, identity.key, {
    algorithm: CoseAlgorithm.ES256,
    payload,
    kid: identity.kid,
    protectedHeader: new Map([[CONTENT_TYPE, SENML_CBOR]]),
  });
  settings.countBatch();
  socket.write(message, address, port);
  startMs += values.length * MINUTE_MS;
  values = [];
}

Timer.repeat(() => {
  values.push(toCelsius(sensor.read(), sensor.resolution));
  if (values.length === settings.batchMinutes) sendBatch();
}, MINUTE_MS);
