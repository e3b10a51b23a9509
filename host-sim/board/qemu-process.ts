// SPDX-License-Identifier: Apache-2.0
/**
 * Starts the mps2-an505 board in QEMU: the window is the file behind the memory at 0x80000000, the console is UART0 on
 * stdin and stdout, the link is UART1 on a Unix socket that this process listens on, the debug channel UART2 on another.
 */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { APART, BoardProcess, ConsoleLog, type ExitStatus, endOf, startOf, tieToThisProcess } from "./board-process.js";
import { BoardError } from "./error.js";

const CONNECT_LIMIT_MS = 15_000;

export interface QemuOptions {
  /** The emulator; default `qemu-system-arm` from PATH. */
  readonly program?: string;
  readonly kernel: string;
  readonly windowPath: string;
  /** Count instructions: time is then a function of them alone, exactly repeatable. */
  readonly icount?: boolean;
  readonly hasDebugChannel?: boolean;
  readonly onConsole?: (text: string) => void;
}

/** Serial ports on Unix sockets, in the order of the UARTs from UART1 on: names of the sockets in the board's folder. */
function socketsOf(options: QemuOptions): string[] {
  return options.hasDebugChannel ? ["link", "debug"] : ["link"];
}

function argumentsOf(options: QemuOptions, folder: string): string[] {
  // A comma in a path would end the option: QEMU wants it doubled.
  const quote = (path: string) => path.replaceAll(",", ",,");
  return [
    ...["-machine", "mps2-an505,memory-backend=window"],
    ...["-object", `memory-backend-file,id=window,size=16M,mem-path=${quote(options.windowPath)},share=on`],
    ...["-kernel", options.kernel, "-display", "none", "-monitor", "none", "-nodefaults", "-no-reboot"],
    ...["-nic", "none"],
    ...["-serial", "stdio"],
    ...socketsOf(options).flatMap((name) => [
      ...["-chardev", `socket,id=${name},path=${quote(join(folder, name))}`, "-serial", `chardev:${name}`],
    ]),
    ...(options.icount ? ["-icount", "shift=0"] : []),
  ];
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.maxConnections = 1;
    server.once("error", reject);
    server.listen(path, () => resolve(server));
  });
}

/** The connection from QEMU; rejects when QEMU ends first or does not connect in time. */
function connection(server: Server, ended: Promise<ExitStatus>): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("QEMU did not open the board link in time")), CONNECT_LIMIT_MS);
    server.once("connection", (socket) => {
      clearTimeout(late);
      resolve(socket);
    });
    void ended.then(({ code, signal }) => {
      clearTimeout(late);
      reject(new Error(`QEMU ended with ${signal ?? `status ${code}`}`));
    });
  });
}

/** @throws BoardError BOARD_START - QEMU is missing, refuses, or does not open the link; with its output. */
export async function startQemu(options: QemuOptions): Promise<BoardProcess> {
  const program = options.program ?? "qemu-system-arm";
  const folder = await mkdtemp(join(tmpdir(), "thimble-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  const servers = await Promise.all(socketsOf(options).map((name) => listen(join(folder, name))));
  const child = spawn(program, argumentsOf(options, folder), {
    stdio: ["pipe", "pipe", "pipe"],
    ...APART,
  });
  tieToThisProcess(child);
  const ended = endOf(child).then((status) => {
    for (const server of servers) server.close();
    process.off("exit", remove);
    remove();
    return status;
  });
  child.stdin.on("error", () => undefined);
  const console = new ConsoleLog(options.onConsole);
  console.follow(child.stdout);
  // What QEMU itself has to say is no console text of the board; it matters when the board does not start.
  const own = new ConsoleLog();
  own.follow(child.stderr);
  const connections = Promise.all(servers.map((server) => connection(server, ended)));
  try {
    await startOf(child);
    const [link, debugChannel] = (await connections) as [Socket, Socket | undefined];
    return new BoardProcess(child, link, console, ended, own, debugChannel, () => child.stdin.write("?"));
  } catch (cause) {
    connections.catch(() => undefined);
    child.kill("SIGKILL");
    await ended;
    const error = new BoardError("BOARD_START", `cannot start ${program}: ${(cause as Error).message}`, { cause });
    error.console = `${console.text}${own.text}`;
    throw error;
  }
}
