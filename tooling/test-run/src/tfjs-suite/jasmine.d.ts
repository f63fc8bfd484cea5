/** The part of jasmine-core 5 that the suite uses; the package has no types. */
declare module "jasmine-core/lib/jasmine-core/jasmine.js" {
  interface Env {
    addReporter(reporter: {
      specDone(spec: {
        readonly fullName: string;
        readonly status: string;
        readonly failedExpectations: readonly { readonly message: string }[];
      }): void;
    }): void;
    configure(options: { readonly random: boolean }): void;
    execute(): Promise<{ readonly overallStatus: string; readonly incompleteReason?: string }>;
  }
  interface Core {
    getEnv(options: { readonly suppressLoadErrors: boolean }): Env;
  }
  const jasmineRequire: {
    core(self: unknown): Core;
    interface(core: Core, env: Env): object;
  };
  export default jasmineRequire;
}
