// SPDX-License-Identifier: Apache-2.0
/** The targets in C: what each feeds, how long its inputs are, and bugs that it has to find when they are planted. */

/** One change to a copy of one of our sources. The sources themselves have no such switch. */
export interface Plant {
  /** Of the program. */
  readonly name: string;
  readonly file: string;
  /** Stands there once. */
  readonly find: string;
  readonly replace: string;
  readonly what: string;
  /** What the finding's summary has: that, and no accident, was found. */
  readonly shows: string;
  /** Executions within which it is found, whatever the seed. */
  readonly runs: number;
}

export interface Target {
  readonly name: "archive" | "image" | "boot" | "mapper" | "binding";
  readonly what: string;
  readonly inputBytesMax: number;
  /** Executions of the short run. */
  readonly shortRuns: number;
  /** Basic blocks that it reaches at least: about nine of ten that it did when this was written. */
  readonly shortCovered: number;
  readonly plants: readonly Plant[];
}

export const TARGETS: readonly Target[] = Object.freeze([
  {
    name: "archive",
    what: "image header, TLVs and the structural check of the archive",
    inputBytesMax: 8192,
    shortRuns: 100_000,
    shortCovered: 190,
    plants: [
      {
        name: "string-bound",
        file: "devices/runtime/archive-check.c",
        find: "content > left - header",
        replace: "content > left",
        what: "a string in byte code may reach past its module by the size of its head",
        shows: "heap-buffer-overflow",
        runs: 400_000,
      },
      {
        name: "tlv-bound",
        file: "devices/boot/image.c",
        find: "found->read == total",
        replace: "found->read >= total",
        what: "a TLV may reach past its area",
        shows: "heap-buffer-overflow",
        runs: 400_000,
      },
    ],
  },
  {
    name: "image",
    what: "signed images, trust records and signatures, as boot verifies them",
    inputBytesMax: 2048,
    shortRuns: 60_000,
    shortCovered: 595,
    plants: [
      {
        name: "area-bound",
        file: "devices/boot/image.c",
        find: "left >= TLV_HEAD_SIZE",
        replace: "left > 0",
        what: "the head of the TLVs may reach past the image",
        shows: "heap-buffer-overflow",
        runs: 600_000,
      },
      {
        name: "integer-bound",
        file: "devices/boot/signature.c",
        find: "size - padding <= NUMBER_SIZE",
        replace: "size - padding <= NUMBER_SIZE + 1",
        what: "a number of a signature may be a byte too long",
        shows: "stack-buffer-",
        runs: 600_000,
      },
      {
        name: "abi-missing",
        file: "devices/boot/image.c",
        find: "value[ABI] != NULL || policy->image_class == IMAGE_CLASS_TRUST",
        replace: "true",
        what: "an app without ABI is compared all the same; that is behind digest, signature and class",
        shows: "undefined-behavior",
        runs: 600_000,
      },
    ],
  },
  {
    name: "boot",
    what: "starts of devices with any flash: slots, trust records and slot records",
    inputBytesMax: 4096,
    shortRuns: 10_000,
    shortCovered: 890,
    plants: [
      {
        name: "memory-bound",
        file: "devices/boot/boot.c",
        find: "size <= available",
        replace: "size <= FLASH_FW0_SIZE",
        what: "a firmware may be longer than execution memory",
        shows: "heap-buffer-overflow",
        runs: 100_000,
      },
      {
        name: "app-refused",
        file: "devices/boot/boot.c",
        find: "boot->start != BOOT_START_APP || app == IMAGE_OK",
        replace: "true",
        what: "an app that was refused is started all the same",
        shows: "undefined-behavior",
        runs: 100_000,
      },
    ],
  },
  {
    name: "mapper",
    what: "mapping and module search on what the checks accept",
    inputBytesMax: 8192,
    shortRuns: 30_000,
    shortCovered: 340,
    plants: [
      {
        name: "identifier-count",
        file: "devices/runtime/archive-check.c",
        find: "iden->size != (uint32_t)count * 2u",
        replace: "iden->size < (uint32_t)count * 2u",
        what: "more identifiers than names are let through to the mapping, which believes them",
        shows: "heap-buffer-overflow",
        runs: 200_000,
      },
    ],
  },
  {
    name: "binding",
    what: "the natives of devices/psa on an XS machine",
    inputBytesMax: 512,
    shortRuns: 8_000,
    shortCovered: 480,
    plants: [
      {
        name: "tag-room",
        file: "devices/psa/aead.c",
        find: "xs_thimble_psa_reserve(the, request->result_size)",
        replace: "xs_thimble_psa_reserve(the, request->text_size)",
        what: "no room for the tag behind a ciphertext",
        shows: "heap-buffer-overflow",
        runs: 60_000,
      },
      {
        name: "stale-pointer",
        file: "devices/psa/mac.c",
        find: "\txs_thimble_psa_reserve(the, size);\n\tconst struct xs_thimble_psa_input message = xs_thimble_psa_bytes(the, &xsArg(2));\n",
        replace:
          "\tconst struct xs_thimble_psa_input message = xs_thimble_psa_bytes(the, &xsArg(2));\n\txs_thimble_psa_reserve(the, size);\n",
        what: "a pointer into the XS heap is kept while memory is taken",
        shows: "heap-use-after-free",
        runs: 60_000,
      },
    ],
  },
]);
