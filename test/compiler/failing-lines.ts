// SPDX-License-Identifier: Apache-2.0
/**
 * What XS itself throws on, each in an expression of several lines: the line at fault has a mark at its end. Around it
 * are lines that the engine has just come from or is about to go to. (Where a loop jumps back, a debug engine still gives
 * the line that it jumped from: loops are on one line here.)
 */
export const MARK = "// !";

export const FAILING = `const f: any = (...x: any[]) => x;
let nothing: any = null;
class Base { #p = 1; static has(o: any) { return #p in o; } get only() { return 1; }
  read(o: any) { return [
    o // !
      .#p,
    1]; }
  write(o: any) { return [
    0,
    (o
      .#p = 4), // !
    1]; }
}
class Derived extends Base { constructor() {
  f(
    1,
    this, // !
    2);
  super(); }
  home() { return [
    (super.read as any)(
      null),
    1]; }
}
const frozen: any = Object.freeze({ a: 1, list: [] });
const fixed = 1;
const symbol: any = Symbol("s");
const cyclic: any = {}; cyclic.c = cyclic;
const fails = () => nothing.x; // !
const tries: (() => unknown)[] = [
  () => f(
    1,
    fails(),
    2),
  () => [
    [3].map(fails),
    2],
  () => f(
    1,
    (undefinedName as any), // !
    nothing),
  () => f(
    fixed,
    nothing // !
      .x
      .y,
    fixed),
  () => f(
    later, // !
    fixed),
  () => f(
    fixed,
    later, // !
    nothing),
  () => f
    (1)
    .concat(2)
    .nope(3) // !
    .never(4),
  () => [
    nothing(1), // !
    nothing],
  () => [
    new nothing(1), // !
    nothing],
  () => [
    new (f as any)(
      1,
      2), // !
    nothing],
  () => [
    ((fixed as any) = 2), // !
    nothing],
  () => [
    (frozen
      .a = 2), // !
    frozen.a],
  () => [
    (frozen
      .b = 2), // !
    frozen.a],
  () => [
    delete frozen // !
      .a,
    frozen.a],
  () => [
    ((new Base() as any)
      .only = 2), // !
    frozen.a],
  () => [
    new Base()
      .read({}),
    1],
  () => new Base().write(
    {}),
  () => [
    1,
    new Derived(),
    2],
  () => [
    "a" in
      (5 as any), // !
    2],
  () => [
    ({} as any) instanceof
      (5 as any), // !
    2],
  () => [
    symbol + 1, // !
    2],
  () => [
    1,
    +symbol, // !
    2],
  () => [
    \`\${
      symbol}\`, // !
    2],
  () => [
    [...
      (5 as any)], // !
    2],
  () => { const [ // !
    a,
    b] = nothing; return [a, b]; },
  () => { const { // !
    a,
    b } = nothing; return [a, b]; },
  () => { for (const x of
    nothing) f(x); }, // !
  () => JSON.stringify(
    cyclic,
    null), // !
  () => [
    1n +
      (1 as any), // !
    2],
  () => [1, 2].map(
    (x) => f(x,
      nothing.y, // !
      2)),
  () => [3, 1].sort(() => {
    throw new Error("in sort"); // !
  }),
  () => \`\${{ toString() {
    return nothing.z; } }}\`, // !
  () => new Uint8Array(
    -1), // !
  () => "x".repeat(
    -1), // !
  () => new Proxy({} as any, { get(t, k) {
    return nothing[k]; } }) // !
    .abc,
  () => ({ get g() {
      return nothing.q; } }) // !
    .g,
  () => ({ set g(v: any) {
      nothing.q = v; } }) // !
    .g = 5,
  () => Reflect.construct(
    Derived, []),
  () => { class K { static {
      f(
       nothing.k); } } return K; }, // !
  () => { class K { a = 1;
      b = nothing.k; // !
      c = 2; } return new K(); },
  () => { function* g() { yield 1;
      yield nothing.x; } // !
     return [...
       g()]; },
  () => f(
    ...nothing), // !
  () => { switch (
     nothing.x) { case 1: return 2; } return 3; }, // !
  () => { do { f(1); } while (
      nothing.x); }, // !
  () => { for (let i = 0; i < 2;
      nothing.i++) f(i); }, // !
  () => nothing ??
     undefinedName2, // !
  () => { label: for (;;) { for (;;) { 
     f(nothing.p); // !
     break label; } } },
  () => { try { nothing.a; } finally {
     nothing.b; } }, // !
  () => { try { nothing.a; } catch {
     nothing.c; } }, // !
  () => { const tail = () => { return f
      .missing(1); }; // !
    return tail(); },
  () => { const o: any = { callee() { return JSON
      .parse("{"); } }; // !
    return o
      .callee(); },
  () => eval(
    "1"), // !
  () => new Function(
    "1"), // !
];
tries.forEach((one, i) => {
  try { one(); trace("## nothing thrown\\n"); }
  catch (e) { trace("## # ", i, "\\n", (e as Error).stack!, "\\n"); }
});
declare const undefinedName: any, undefinedName2: any;
let later: any = 1;
async function waits() {
  await null;
  f(1,
    nothing.w); // !
}
waits().catch((e) => trace("## async\\n", e.stack, "\\n"));
async function* many() { yield 1;
  nothing.m; } // !
(async () => {
  for await (const x of many()) f(x);
})().catch((e) => trace("## many\\n", e.stack, "\\n"));
new Promise((resolve) => resolve(
  nothing.p)).catch((e) => trace("## promise\\n", e.stack, "\\n")); // !
new Promise((_resolve) => { nothing.q; }).catch((e) => trace("## promise\\n", e.stack, "\\n")); // !
Promise.resolve(1).then((n) =>
  n.foo.bar).catch((e) => trace("## then\\n", e.stack, "\\n")); // !
`;
