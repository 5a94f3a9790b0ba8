/** How the shop's names for the state of an order are compared: without regard to blanks around them and to case. */
export function comparableState(state: string): string {
  return state.trim().toLowerCase();
}
