// SPDX-License-Identifier: Apache-2.0
/** Where passphrases and PINs come from: a file, the environment, the terminal; never a command line. */
import type { KeyObject } from "node:crypto";
import { resolve } from "node:path";
import type { Signer } from "../host-sim/image/sign.js";
import { KeyError } from "../host-sim/keys/error.js";
import { tokenSigner } from "../host-sim/keys/pkcs11.js";
import { readPassphraseFile } from "../host-sim/keys/private-file.js";
import { checkPassphrase, type KeyStore, signerOf } from "../host-sim/keys/store.js";
import type { StoredKey } from "../host-sim/keys/stored-key.js";
import { HiddenQuestions } from "./hidden-question.js";
import { canAsk } from "./questions.js";
import { colorsFor, say } from "./terminal.js";

const PASSPHRASE_VARIABLE = "THIMBLE_KEY_PASSPHRASE";
const PIN_VARIABLE = "THIMBLE_PKCS11_PIN";
const ATTEMPTS = 3;

function sayWrong(message: string): void {
  say(colorsFor(process.stderr).red(message));
}

function nobodyToAsk(what: string, how: string): never {
  throw new KeyError("KEY_PASSPHRASE_MISSING", `${what} is needed, and there is no terminal to ask on`, how);
}

export class Passphrases {
  readonly #file: string | undefined;
  readonly #terminal = new HiddenQuestions();
  /** The last one that fitted: keys that were made together have one passphrase. */
  #last: string | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
  }

  /** Of something that is there: a key, a file. @throws KeyError, Interrupted */
  async of(what: string): Promise<string> {
    const given = this.#given();
    if (given !== undefined) return given;
    if (canAsk()) return await this.#terminal.ask(`Passphrase of ${what}?`);
    return nobodyToAsk(
      `the passphrase of ${what}`,
      `Set ${PASSPHRASE_VARIABLE}, or name a file with --passphrase-file.`,
    );
  }

  /** For new keys; on a terminal asked for twice. @throws KeyError, Interrupted */
  async forNew(what: string): Promise<string> {
    const given = this.#given();
    if (given !== undefined) {
      checkPassphrase(given);
      return given;
    }
    if (!canAsk()) {
      nobodyToAsk(`a passphrase for ${what}`, `Set ${PASSPHRASE_VARIABLE}, or name a file with --passphrase-file.`);
    }
    for (;;) {
      const passphrase = await this.#terminal.ask(`Passphrase for ${what}?`);
      try {
        checkPassphrase(passphrase);
      } catch (error) {
        sayWrong(`${(error as KeyError).message}. ${(error as KeyError).advice}`);
        continue;
      }
      if ((await this.#terminal.ask("The same once more?")) === passphrase) return passphrase;
      sayWrong("These were two different ones.");
    }
  }

  /** A stored private key. On a terminal three passphrases may be tried. @throws KeyError, Interrupted */
  async unlock(store: KeyStore, key: StoredKey): Promise<KeyObject> {
    store.readPrivate(key); // what is missing or open to others is said before anybody types
    if (this.#last !== undefined) {
      const opened = this.#try(store, key, this.#last);
      if (!(opened instanceof KeyError)) return opened;
    }
    for (let attempt = 1; ; attempt++) {
      const passphrase = await this.of(`${key.role} key ${key.name}`);
      const opened = this.#try(store, key, passphrase);
      if (!(opened instanceof KeyError)) return opened;
      if (this.#given() !== undefined || attempt === ATTEMPTS) throw opened;
      sayWrong("That is not it.");
    }
  }

  /** Whatever has the private key: a file or a token. @throws KeyError, Interrupted */
  async signer(store: KeyStore, key: StoredKey): Promise<Signer> {
    if (key.token === undefined) return signerOf(await this.unlock(store, key));
    const pin = process.env[PIN_VARIABLE];
    if (pin !== undefined && pin !== "") return tokenSigner(key.token, key.key, pin);
    const what = `PIN of the token ${key.token.token}`;
    if (!canAsk()) nobodyToAsk(`the ${what}`, `Set ${PIN_VARIABLE}.`);
    return tokenSigner(key.token, key.key, await this.#terminal.ask(`${what}?`));
  }

  #given(): string | undefined {
    if (this.#file !== undefined) return readPassphraseFile(resolve(this.#file));
    return process.env[PASSPHRASE_VARIABLE] || undefined;
  }

  /** @returns the error when it is the wrong one. */
  #try(store: KeyStore, key: StoredKey, passphrase: string): KeyObject | KeyError {
    try {
      const opened = store.unlock(key, passphrase);
      this.#last = passphrase;
      return opened;
    } catch (error) {
      if (error instanceof KeyError && error.code === "KEY_PASSPHRASE") return error;
      throw error;
    }
  }
}
