// SPDX-License-Identifier: Apache-2.0
/** A device's life in steps, for test/c/flow.c: what lies in OTP and flash, what the firmware does, its starts and what must come of them. */
import { nameOf, numberOf } from "./cases.js";
import { u32 } from "./maker.js";

const KINDS = [
  ...["otp", "flash", "start", "slots", "raise", "set", "write", "program"],
  ...["hide", "otpIs", "mark", "locked", "memory", "notRaised", "form"],
] as const;
type Kind = (typeof KINDS)[number];
const ANY = 0xffffffff;
const REFUSED_MAX = 8;

/** Where what lies: devices/silicon/layout.h and fuses.h. */
const AT = Object.freeze({
  app0: 0x000000,
  app1: 0x100000,
  fw0: 0x400000,
  fw1: 0x580000,
  trust0: 0x700000,
  trust1: 0x701000,
  boot0: 0x702000,
  boot1: 0x703000,
});
export type Place = keyof typeof AT;

type Kinds = "fw" | "app" | "trust";
export type Refused = readonly [kind: Kinds, slot: number, status: string];
type SlotsState = "CONFIRMED" | "PENDING" | "TRYING" | "REVERTED";

/** What the board is: enum boot_attestation. */
export type AttestationForm = "IAK" | "DEVICE_KEY";

export interface Secrets {
  readonly attest: Uint8Array;
  readonly seal: Uint8Array;
  readonly id: Uint8Array;
  readonly form: AttestationForm;
  readonly attestationSeed: Uint8Array;
}

/** What is left out may be anything; but what is refused: nothing then. */
export interface Expected {
  /** Instead of BOOT_OK. Nothing is handed over then. */
  readonly fails?: string;
  readonly start?: "APP" | "SERVICE" | "NOTHING";
  readonly slots?: SlotsState;
  readonly fw?: number;
  readonly app?: number;
  readonly trust?: number;
  readonly mode?: "NOT_CONFIGURED" | "NORMAL" | "DEBUG" | "MAINTENANCE";
  readonly hasCdis?: boolean;
  readonly lifecycle?: "ASSEMBLY" | "PROVISIONING" | "SECURED" | "DEBUG" | "DECOMMISSIONED";
  readonly refusal?: string;
  readonly epoch?: number;
  readonly refused?: readonly Refused[] | "any";
  readonly secrets?: Secrets;
  /** Not this CDI_seal. */
  readonly otherThan?: Secrets;
}

function optional(value: number | undefined): number {
  return value ?? ANY;
}

function named(prefix: string, name: string | undefined): number {
  return name === undefined ? ANY : numberOf(prefix + name);
}

function valuesOf(expected: Expected): readonly number[] {
  if (expected.fails !== undefined) return Array.from({ length: 10 }, () => 0);
  const { hasCdis, refusal } = expected;
  return [
    named("BOOT_START_", expected.start),
    named("SLOTS_", expected.slots),
    optional(expected.fw),
    optional(expected.app),
    optional(expected.trust),
    named("DICE_MODE_", expected.mode),
    hasCdis === undefined ? ANY : hasCdis ? numberOf("SIGNATURE_VALID") : 0,
    named("LIFECYCLE_", expected.lifecycle),
    named("", refusal),
    optional(expected.epoch),
  ];
}

function packSecrets({ attest, seal, id, form, attestationSeed }: Secrets): Buffer {
  return Buffer.concat([attest, seal, id, u32(numberOf(`BOOT_ATTESTATION_${form}`)), attestationSeed]);
}

function pack(expected: Expected): Buffer {
  const { refused = [], secrets, otherThan } = expected;
  const list = refused === "any" ? [] : refused;
  const entries = Array.from({ length: REFUSED_MAX }, (_, i) => {
    const [kind, slot, status] = list[i] ?? [];
    return kind === undefined ? [0, 0, 0] : [kind.charCodeAt(0), slot as number, numberOf(status as string)];
  });
  const told = secrets ?? otherThan;
  return Buffer.concat([
    u32(numberOf(expected.fails ?? "BOOT_OK"), ...valuesOf(expected)),
    u32(refused === "any" ? ANY : list.length, ...entries.flat()),
    u32(secrets !== undefined ? 1 : otherThan !== undefined ? 2 : 0),
    told === undefined ? Buffer.alloc(116) : packSecrets(told),
  ]);
}

const VALUES = ["start", "slots", "fw", "app", "trust", "mode", "CDIs", "lifecycle", "refusal", "epoch"];
const FIELDS: ReadonlyMap<number, string> = new Map([
  [0, "status"],
  ...VALUES.map((name, i) => [i + 1, name] as const),
  [20, "number of refusals"],
  ...Array.from({ length: REFUSED_MAX }, (_, i) => [21 + i, `refusal ${i}`] as const),
  ...[
    "CDIs",
    "not zero after a failure",
    "not consistent",
    "a call failed",
    "OTP",
    "locks",
    "no such step",
    "attestation",
  ].map((name, i) => [40 + i, name] as const),
]);

/** Immutable: each step gives a new one. */
export class Flow {
  readonly #steps: readonly Buffer[];
  readonly #names: readonly string[];

  constructor(steps: readonly Buffer[] = [], names: readonly string[] = []) {
    this.#steps = steps;
    this.#names = names;
  }

  #then(kind: Kind, a = 0, b = 0, bytes: Uint8Array = Buffer.alloc(0)): Flow {
    const head = u32(KINDS.indexOf(kind) + 1, a, b, bytes.length);
    const step = Buffer.concat([head, bytes, Buffer.alloc(-bytes.length & 3)]);
    return new Flow([...this.#steps, step], [...this.#names, kind]);
  }

  /** Sets bits of OTP, whatever is locked. */
  otp(where: number | string, bytes: Uint8Array): Flow {
    return this.#then("otp", typeof where === "number" ? where : numberOf(`FUSES_${where}`), 0, bytes);
  }

  /** What a flash programmer puts there. */
  flash(place: Place, bytes: Uint8Array, offset = 0): Flow {
    return this.#then("flash", AT[place] + offset, 0, bytes);
  }

  starts(expected: Expected, wantsService = false): Flow {
    return this.#then("start", wantsService ? 1 : 0, 0, pack(expected));
  }

  slots(state: SlotsState, active: number, previous: number): Flow {
    return this.#then("slots", numberOf(`SLOTS_${state}`) | (active << 8) | (previous << 16));
  }

  raise(counter: string, value: number): Flow {
    return this.#then("raise", numberOf(`FUSES_${counter}`), value);
  }

  notRaised(counter: string, value: number): Flow {
    return this.#then("notRaised", numberOf(`FUSES_${counter}`), value);
  }

  set(word: string): Flow {
    return this.#then("set", numberOf(`FUSES_${word}`));
  }

  /** Erases a sector and writes it, as the firmware does. */
  write(place: Place, bytes: Uint8Array): Flow {
    return this.#then("write", AT[place], 0, Buffer.concat([bytes, Buffer.alloc(-bytes.length & 15, 0xff)]));
  }

  program(where: number, bytes: Uint8Array): Flow {
    return this.#then("program", where, 0, bytes);
  }

  /** OTP that does not answer at the next start. */
  hide(where: string | number, size = 4): Flow {
    return this.#then("hide", typeof where === "number" ? where : numberOf(`FUSES_${where}`), size);
  }

  otpIs(where: string | number, bytes: Uint8Array): Flow {
    return this.#then("otpIs", typeof where === "number" ? where : numberOf(`FUSES_${where}`), 0, bytes);
  }

  /** Power cuts begin here, or end. */
  mark(): Flow {
    return this.#then("mark");
  }

  /** What the last start protects: fw0, fw1, app0, app1, the secret. */
  locked(...what: readonly ("fw0" | "fw1" | "app0" | "app1" | "secret")[]): Flow {
    const all = ["fw0", "fw1", "app0", "app1", "secret"];
    return this.#then(
      "locked",
      what.reduce((bits, name) => bits | (1 << all.indexOf(name)), 0),
    );
  }

  /** So much execution memory. */
  memory(bytes: number): Flow {
    return this.#then("memory", bytes);
  }

  /** What the board says that it is; without this: IAK. */
  form(form: AttestationForm | "NONE"): Flow {
    return this.#then("form", numberOf(`BOOT_ATTESTATION_${form}`));
  }

  pack(): Buffer {
    return Buffer.concat(this.#steps);
  }

  /** What a failure of flow.c says. */
  describe(step: number, field: number, got: number): string {
    return `step ${step} (${this.#names[step]}): ${FIELDS.get(field) ?? field}: got ${nameOf(got)}`;
  }
}

export interface FlowCase {
  readonly name: string;
  readonly flow: Flow;
}

export function packFlows(cases: readonly FlowCase[]): Buffer {
  return Buffer.concat(
    cases.flatMap(({ flow }) => {
      const steps = flow.pack();
      return [u32(steps.length), steps];
    }),
  );
}
