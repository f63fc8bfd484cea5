/** Test files of the suites for every backend that cannot run in a browser, each with its reason. */
export const needingNode: Readonly<Record<string, string>> = {
  "packages/training/test/node/**": "tests the subpath ./node: files and child processes",
};
