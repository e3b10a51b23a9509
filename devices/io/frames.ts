// SPDX-License-Identifier: Apache-2.0
/**
 * Payloads of the frames on the board link, for both ends: the firmware modules beside this file (on XS) and the
 * simulator (host-sim/board, on Node). Integers are little endian. Every decoder checks the length and throws a
 * RangeError on a payload that is too short, too long or out of range.
 */
import { decodeUtf8, encodeUtf8 } from "../../sdk/bytes/utf8.js";

export const FrameType = Object.freeze({
  idle: 1,
  halt: 2,
  udpSend: 3,
  udpOpen: 4,
  udpClose: 5,
  digitalWrite: 6,
  digitalMode: 7,
  analogOpen: 8,
  mark: 9,
  time: 64,
  run: 65,
  udpReceived: 66,
  digitalValue: 67,
  analogValue: 68,
  stop: 69,
} as const);

/** Why a board stopped: first byte of a HALT frame. devices/runtime/runtime.h has the same numbers. */
export const HaltReason = Object.freeze({
  finished: 0,
  uncaught: 1,
  refused: 2,
  powerCut: 3,
  stopped: 4,
  memory: 5,
  stack: 6,
  keys: 7,
  fatal: 8,
  busy: 9,
  resetSoftware: 10,
  resetWatchdog: 11,
} as const);

/** Largest datagram that the modelled network carries: an Ethernet frame less the IPv4 and UDP headers. */
export const UDP_DATA_MAX = 1472;
/** Largest text form of an address. */
export const ADDRESS_MAX = 45;
/** Largest payload of any frame (LINK_PAYLOAD_MAX in devices/runtime/link.h). */
export const FRAME_PAYLOAD_MAX = 2048;

export const DIGITAL_PINS = 32;
export const ANALOG_CHANNELS = 16;
export const ANALOG_RESOLUTION = 12;
export const UDP_SOCKETS = 8;
/** Mode in a DIGITAL_MODE frame of a pin that was closed. */
export const DIGITAL_CLOSED = 255;

export interface Datagram {
  readonly socket: number;
  readonly address: string;
  readonly port: number;
  readonly data: Uint8Array;
}

function refuse(what: string): never {
  throw new RangeError(`frame: ${what}`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Payload of UDP_SEND (address is the destination) and UDP_RECEIVED (address is the source). */
export function encodeDatagram(datagram: Datagram): Uint8Array {
  const address = encodeUtf8(datagram.address);
  if (address.length > ADDRESS_MAX) refuse("address too long");
  if (datagram.data.length > UDP_DATA_MAX) refuse("datagram too long");
  const out = new Uint8Array(4 + address.length + datagram.data.length);
  out[0] = datagram.socket;
  viewOf(out).setUint16(1, datagram.port, true);
  out[3] = address.length;
  out.set(address, 4);
  out.set(datagram.data, 4 + address.length);
  return out;
}

/** @returns `data` is a view into `payload`. */
export function decodeDatagram(payload: Uint8Array): Datagram {
  const view = viewOf(payload);
  if (payload.length < 4) refuse("datagram cut short");
  const socket = view.getUint8(0);
  const length = view.getUint8(3);
  if (socket >= UDP_SOCKETS) refuse("no such socket");
  if (length > ADDRESS_MAX || payload.length < 4 + length) refuse("address cut short");
  const data = payload.subarray(4 + length);
  if (data.length > UDP_DATA_MAX) refuse("datagram too long");
  return { socket, port: view.getUint16(1, true), address: decodeUtf8(payload.subarray(4, 4 + length)), data };
}

/** Payload of UDP_OPEN; port 0 asks for any free port. */
export function encodeUdpOpen(socket: number, port: number): Uint8Array {
  const out = new Uint8Array(3);
  out[0] = socket;
  viewOf(out).setUint16(1, port, true);
  return out;
}

export function decodeUdpOpen(payload: Uint8Array): { socket: number; port: number } {
  if (payload.length !== 3) refuse("UDP_OPEN length");
  const view = viewOf(payload);
  const socket = view.getUint8(0);
  if (socket >= UDP_SOCKETS) refuse("no such socket");
  return { socket, port: view.getUint16(1, true) };
}

/** Payload of UDP_CLOSE. */
export function decodeUdpClose(payload: Uint8Array): number {
  if (payload.length !== 1) refuse("UDP_CLOSE length");
  return viewOf(payload).getUint8(0);
}

/** Payload of DIGITAL_WRITE, DIGITAL_VALUE (value 0 or 1), DIGITAL_MODE (value a mode) and ANALOG_OPEN (0 or 1). */
export function encodePin(pin: number, value: number): Uint8Array {
  return Uint8Array.of(pin, value);
}

export function decodePin(payload: Uint8Array): { pin: number; value: number } {
  if (payload.length !== 2) refuse("pin frame length");
  const view = viewOf(payload);
  const pin = view.getUint8(0);
  if (pin >= DIGITAL_PINS) refuse("no such pin");
  return { pin, value: view.getUint8(1) };
}

/** Payload of ANALOG_VALUE: a raw reading of ANALOG_RESOLUTION bits. */
export function encodeAnalogValue(channel: number, value: number): Uint8Array {
  const out = new Uint8Array(3);
  out[0] = channel;
  viewOf(out).setUint16(1, value, true);
  return out;
}

export function decodeAnalogValue(payload: Uint8Array): { channel: number; value: number } {
  if (payload.length !== 3) refuse("ANALOG_VALUE length");
  const view = viewOf(payload);
  const channel = view.getUint8(0);
  if (channel >= ANALOG_CHANNELS) refuse("no such channel");
  return { channel, value: view.getUint16(1, true) };
}
