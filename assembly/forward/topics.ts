import { HEADER_TOPIC_GENERATION } from '../layout';
import { internTopic } from '../names';

/** The id of the topic name at address `p`, or one of the INTERN_ codes. */
export function intern(p: usize, length: u32): i32 {
  return internTopic(p, length, load<u32>(HEADER_TOPIC_GENERATION));
}
