// SPDX-License-Identifier: Apache-2.0
/** The part of cose-js that the receiver uses; the package has no types. */
declare module "cose-js" {
  const cose: {
    sign: {
      /** @returns the payload; rejects when the signature does not match. */
      verify(message: Buffer, verifier: { key: { x: Buffer; y: Buffer } }): Promise<Buffer>;
    };
  };
  export default cose;
}
