/** The part of jasmine 5 that the suite uses; the package has no types. */
declare module "jasmine" {
  interface JasmineSpec {
    readonly fullName: string;
    readonly status: string;
    readonly failedExpectations: readonly { readonly message: string }[];
  }

  export default class Jasmine {
    exitOnCompletion: boolean;
    addReporter(reporter: { specDone(spec: JasmineSpec): void }): void;
    clearReporters(): void;
    execute(): Promise<{ readonly overallStatus: string; readonly incompleteReason?: string }>;
    randomizeTests(randomizes: boolean): void;
  }
}
