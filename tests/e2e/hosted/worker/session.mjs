// The session server: one durable object for each session, revisions of 2025 only.
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import * as types from '@modelcontextprotocol/sdk/types.js';
import { McpAgent } from 'agents/mcp';

import { attachV1, SERVER_INFO, SERVER_OPTIONS } from '../lib/tools.mjs';
import { state } from './state.mjs';

export class Session extends McpAgent {
  server = new Server(SERVER_INFO, SERVER_OPTIONS);

  async init() {
    attachV1(this.server, types, state, () => this.props?.user);
    state.sessions.push(this.ctx.id.toString());
  }

  async toolsChanged() {
    await this.server.sendToolListChanged();
  }
}
