/** The page of a reply template: its placeholders go into the words with a click. */

import { bindReplies } from "./desk-replies.js";

bindReplies(document.body);
