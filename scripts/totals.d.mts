export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
  notChosen: number;
  failures: string[];
  skips: string[];
}
export interface VitestReport {
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { ancestorTitles: string[]; title: string; fullName: string; status: string }[];
  }[];
}
export function countTests(
  report: VitestReport,
  options: { root: string; chosen?: (fullName: string) => boolean },
): Totals;
export function chosenBy(args: readonly string[]): (fullName: string) => boolean;
export function totalsLine(totals: { passed: number; failed: number; skipped: number }): string;
