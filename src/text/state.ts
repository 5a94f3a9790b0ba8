/** How the shop's words for the state of an order are compared: as people write them, without regard to blanks around them and to case. */
export function comparableState(state: string): string {
  return state.trim().toLowerCase();
}
