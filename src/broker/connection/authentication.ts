import type { AuthPacket } from '../../protocol/packets.ts';
import type { Core } from '../core.ts';
import {
  BAD_AUTHENTICATION_METHOD,
  CONTINUE_AUTHENTICATION,
  PROTOCOL_ERROR,
  SUCCESS,
  UNSPECIFIED_ERROR,
} from '../reason-codes.ts';
import type { AuthenticationAnswer, AuthenticationExchange, Refusal } from '../types.ts';
import type { ClientConnection } from './client-connection.ts';

export interface AuthenticationOutcome {
  refused(refusal: Refusal): void;
  succeeded(answer: AuthenticationAnswer): void;
  /** It is the client's turn. */
  waits(): void;
}

/** An exchange of AUTH packets (MQTT5 section 4.12). */
export class Authentication {
  readonly method: string;
  private readonly core: Core;
  private readonly connection: ClientConnection;
  private readonly outcome: AuthenticationOutcome;
  private exchange: Pick<AuthenticationExchange, 'state' | 'isReauthentication'> | undefined = undefined;

  constructor(core: Core, connection: ClientConnection, method: string, outcome: AuthenticationOutcome) {
    this.core = core;
    this.connection = connection;
    this.method = method;
    this.outcome = outcome;
  }

  /** Whether the client owes an AUTH. */
  get isUnderWay(): boolean {
    return this.exchange !== undefined;
  }

  begin(data: Uint8Array | undefined, isReauthentication: boolean): void {
    this.exchange = { state: {}, isReauthentication };
    this.step(data);
  }

  /** The client's answer (MQTT-4.12.0-3, MQTT-4.12.0-5). */
  next({ properties, reasonCode }: AuthPacket): void {
    const { connection, method } = this;
    if (reasonCode !== CONTINUE_AUTHENTICATION || this.exchange === undefined) {
      connection.fail(PROTOCOL_ERROR, `AUTH with reason code ${reasonCode}`);
    } else if (properties?.authenticationMethod !== method) {
      connection.fail(PROTOCOL_ERROR, 'AUTH with another authentication method');
    } else this.step(properties.authenticationData);
  }

  private step(data: Uint8Array | undefined): void {
    const { connection, exchange, method, outcome } = this;
    const { enhancedAuthentication } = this.core.settings.hooks;
    if (exchange === undefined) return;
    if (enhancedAuthentication === undefined) {
      outcome.refused({ reasonCode: BAD_AUTHENTICATION_METHOD }); // MQTT-4.12.0-1
      return;
    }
    const request = { method, data, ...exchange, request: connection.client };
    connection.ask('enhancedAuthentication', () => enhancedAuthentication(request), {
      done: (answer) => this.answered(answer),
      failed: () => outcome.refused({ reasonCode: UNSPECIFIED_ERROR }),
    });
  }

  private answered(answer: AuthenticationAnswer | undefined): void {
    const { connection, method, outcome } = this;
    if (answer?.reasonCode === CONTINUE_AUTHENTICATION) {
      this.send(CONTINUE_AUTHENTICATION, answer); // MQTT-4.12.0-2
      outcome.waits();
      return;
    }
    const isReauthentication = this.exchange?.isReauthentication === true;
    this.exchange = undefined;
    if (answer === undefined) outcome.refused({ reasonCode: BAD_AUTHENTICATION_METHOD });
    else if (answer.reasonCode !== SUCCESS) outcome.refused(answer);
    else {
      if (isReauthentication) this.send(SUCCESS, answer);
      connection.log('debug', `authenticated by ${JSON.stringify(method)}`);
      outcome.succeeded(answer);
    }
  }

  private send(reasonCode: number, answer: AuthenticationAnswer): void {
    const { authenticationData } = answer;
    const properties = {
      authenticationMethod: this.method,
      ...(authenticationData !== undefined && { authenticationData }),
    };
    this.connection.answer({ cmd: 'auth', reasonCode, properties }, answer);
  }
}
