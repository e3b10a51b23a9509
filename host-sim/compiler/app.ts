// SPDX-License-Identifier: Apache-2.0
/** Builds an app: manifest -> types checked -> byte code -> archive, linked clean -> image. */
import { refreshProject } from "../project/editor.js";
import { appPlaces, type BuildOptions, type BuiltApp, unchangedApp } from "./app-places.js";

/**
 * Builds the app of a folder (or manifest file). Unchanged input rebuilds nothing.
 * @throws CompileError, ManifestError - one clear message with file and line.
 */
export async function buildApp(path: string, options: BuildOptions): Promise<BuiltApp> {
  const places = appPlaces(path, options);
  await refreshProject(places.folder);
  const known = unchangedApp(places);
  if (known) return known;
  options.progress?.("loading TypeScript");
  const { AppBuild } = await import("./app-build.js");
  return new AppBuild(places, options).build();
}
