/** A map that is bounded: what was put in last is kept. */

/**
 * So many orders' words are held in memory. Whoever may read the status may have them printed 50 times at once, and 500
 * characters each are 4 MB then each time.
 */
const MOST = 5000;

/** Maps orders to what was last said of them, the latest {@link MOST} of them. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  override set(key: Key, value: Value): this {
    this.delete(key);
    super.set(key, value);
    for (const oldest of this.keys()) {
      if (this.size <= MOST) break;
      this.delete(oldest);
    }
    return this;
  }
}
