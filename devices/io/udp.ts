// SPDX-License-Identifier: Apache-2.0
/**
 * `embedded:io/socket/udp`, ECMA-419 shape as in Moddable: `write(buffer, address, port)`, `read()` gives the oldest
 * waiting datagram as an ArrayBuffer with `address` and `port`, or undefined. At most UDP_QUEUE wait; older ones are
 * dropped, as UDP may. Delivery is not promised, so nothing here reports a datagram that the network lost.
 */

import { bytesOf } from "../../sdk/bytes/value-format.js";
import { decodeDatagram, encodeDatagram, encodeUdpOpen, FrameType, UDP_DATA_MAX, UDP_SOCKETS } from "./frames.js";
import { sendFrame, theLoop } from "./loop.js";
import { callbackOf, oneOf, optionsOf, refuseFormat, requireFormat } from "./options.js";

const UDP_QUEUE = 16;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

type Packet = ArrayBuffer & { address: string; port: number };

interface Socket {
  readonly id: number;
  readonly port: number;
  readonly owner: UDP;
  readonly packets: Packet[];
  onReadable: ((count: number) => void) | undefined;
}

/** The sockets of this machine, by the number that names them on the board link. */
class Sockets {
  readonly #sockets = new Map<number, Socket>();

  constructor() {
    theLoop().onFrame(FrameType.udpReceived, (payload) => this.#receive(payload));
  }

  open(owner: UDP, port: number, onReadable: ((count: number) => void) | undefined): Socket {
    let id = 0;
    while (this.#sockets.has(id)) id++;
    if (id >= UDP_SOCKETS) throw new Error(`no socket is free: this board has ${UDP_SOCKETS}`);
    for (const other of this.#sockets.values()) {
      if (port !== 0 && other.port === port) throw new Error(`port ${port} is in use: close() the UDP that has it`);
    }
    const socket = { id, port, owner, packets: [], onReadable };
    this.#sockets.set(id, socket);
    sendFrame(FrameType.udpOpen, encodeUdpOpen(id, port));
    return socket;
  }

  close(socket: Socket): void {
    socket.onReadable = undefined;
    this.#sockets.delete(socket.id);
    sendFrame(FrameType.udpClose, Uint8Array.of(socket.id));
  }

  #receive(payload: Uint8Array): void {
    const datagram = decodeDatagram(payload);
    const socket = this.#sockets.get(datagram.socket);
    if (socket === undefined) return;
    const { address, port, data } = datagram;
    const packet = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
    socket.packets.push(Object.assign(packet as ArrayBuffer, { address, port }));
    if (socket.packets.length > UDP_QUEUE) socket.packets.shift();
    socket.onReadable?.call(socket.owner, socket.packets.length);
  }
}

// The network of this machine. Firmware modules are evaluated on the board, so this may change.
let network: Sockets | undefined;

function theSockets(): Sockets {
  network ??= new Sockets();
  return network;
}

class UDP {
  #socket: Socket | undefined;
  declare target?: unknown;

  constructor(options: unknown) {
    const given = optionsOf(options);
    requireFormat(given, "buffer");
    const onReadable = callbackOf<(count: number) => void>(given, "onReadable");
    callbackOf(given, "onError");
    if ("multicast" in given) throw new Error("multicast is not supported");
    const port = "port" in given ? oneOf(given.port, "port", 0, 65535, "there are") : 0;
    if ("target" in given) this.target = given.target;
    this.#socket = theSockets().open(this, port, onReadable);
  }

  close(): void {
    const socket = UDP.#check(this, true);
    if (socket === undefined) return;
    this.#socket = undefined;
    theSockets().close(socket);
  }

  read(): Packet | undefined {
    return (UDP.#check(this) as Socket).packets.shift();
  }

  write(buffer: unknown, address: unknown, port: unknown): void {
    const socket = UDP.#check(this) as Socket;
    const data = bytesOf(buffer);
    const destination = `${address as string}`;
    const destinationPort = oneOf(port, "port", 1, 65535, "there are");
    if (!IPV4.test(destination)) throw new Error(`"${destination}" is no IPv4 address, as 192.0.2.1 is`);
    if (data.length > UDP_DATA_MAX) {
      throw new Error(`a datagram has ${UDP_DATA_MAX} bytes at most, got ${data.length}`);
    }
    const datagram = { socket: socket.id, address: destination, port: destinationPort, data };
    sendFrame(FrameType.udpSend, encodeDatagram(datagram));
  }

  get format(): "buffer" {
    return "buffer";
  }
  set format(value: "buffer") {
    if (value !== "buffer") refuseFormat(value, "buffer");
  }

  static #check(self: unknown, closedIsFine = false): Socket | undefined {
    if (typeof self !== "object" || self === null || !(#socket in self)) throw new SyntaxError("no UDP");
    if (self.#socket === undefined && !closedIsFine) throw new SyntaxError("closed");
    return self.#socket;
  }
}
Object.freeze(UDP.prototype);

export default Object.freeze(UDP);
