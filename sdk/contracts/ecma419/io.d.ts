// SPDX-License-Identifier: Apache-2.0
/** ECMA-419 IO classes, as in Moddable. */
declare module "embedded:io/digital" {
  interface DigitalOptions {
    pin: number;
    mode: number;
    activeLow?: boolean;
    initialValue?: 0 | 1;
    format?: "number";
    target?: unknown;
    /** Required with onReadable: Rising, Falling, or their sum. */
    edge?: number;
    onReadable?: (this: Digital) => void;
  }

  class Digital {
    static readonly Input: number;
    static readonly InputPullUp: number;
    static readonly InputPullDown: number;
    static readonly InputPullUpDown: number;
    static readonly Output: number;
    static readonly OutputOpenDrain: number;
    static readonly ActiveLow: number;
    static readonly Rising: number;
    static readonly Falling: number;
    constructor(options: DigitalOptions);
    read(): 0 | 1;
    write(value: number): void;
    close(): void;
    format: "number";
    target?: unknown;
  }
  export default Digital;
}

declare module "embedded:io/analog" {
  class Analog {
    constructor(options: { pin: number; resolution?: number; format?: "number"; target?: unknown });
    read(): number;
    close(): void;
    readonly resolution: number;
    format: "number";
    target?: unknown;
  }
  export default Analog;
}

declare module "embedded:io/socket/udp" {
  interface UDPOptions {
    port?: number;
    address?: string;
    format?: "buffer";
    target?: unknown;
    /** `count`: the datagrams that wait to be read. */
    onReadable?: (this: UDP, count: number) => void;
    onError?: (this: UDP) => void;
  }

  class UDP {
    constructor(options: UDPOptions);
    /** The oldest waiting datagram, or undefined. */
    read(): (ArrayBuffer & { address: string; port: number }) | undefined;
    write(buffer: ArrayBuffer | ArrayBufferView, address: string, port: number): void;
    close(): void;
    format: "buffer";
    target?: unknown;
  }
  export default UDP;
}
