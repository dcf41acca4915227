/** What Google gives to pages: calls to the script, and the window they stand in. */
interface ScriptRun {
  withSuccessHandler(handler: (value: any) => void): ScriptRun;
  withFailureHandler(handler: (error: any) => void): ScriptRun;
  callFromPage(name: string, argument: unknown): void;
}

declare const google: { script: { run: ScriptRun; host: { close(): void } } };
