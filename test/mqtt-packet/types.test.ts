import type { EventEmitter } from 'node:events';
import { Duplex } from 'node:stream';
import type * as mqttPacket from 'mqtt-packet';
import { expect, expectTypeOf, test } from 'vitest';
import mqtt, * as wasmqtt from '../../src/index.ts';

type Reference = typeof mqttPacket;

test('the default export has the three functions', () => {
  expect(mqtt).toEqual({
    parser: wasmqtt.parser,
    generate: wasmqtt.generate,
    writeToStream: wasmqtt.writeToStream,
  });
});

test('types of mqtt-packet can be exchanged for these', () => {
  expectTypeOf<mqttPacket.Packet>().toExtend<wasmqtt.Packet>();
  expectTypeOf<wasmqtt.IPublishPacket>().toExtend<mqttPacket.IPublishPacket>();
  expectTypeOf<wasmqtt.IConnectPacket>().toExtend<mqttPacket.IConnectPacket>();
  expectTypeOf<wasmqtt.IConnackPacket>().toExtend<mqttPacket.IConnackPacket>();
  expectTypeOf<wasmqtt.ISubscribePacket>().toExtend<mqttPacket.ISubscribePacket>();
  expectTypeOf<wasmqtt.ISubackPacket>().toExtend<mqttPacket.ISubackPacket>();
  expectTypeOf<wasmqtt.IUnsubackPacket>().toExtend<mqttPacket.IUnsubackPacket>();
  expectTypeOf<wasmqtt.IAuthPacket>().toExtend<mqttPacket.IAuthPacket>();
  expectTypeOf<wasmqtt.Packet>().toExtend<mqttPacket.Packet>();
  expectTypeOf<wasmqtt.QoS>().toEqualTypeOf<mqttPacket.QoS>();
  expectTypeOf<wasmqtt.PacketCmd>().toEqualTypeOf<mqttPacket.PacketCmd>();
  expectTypeOf<wasmqtt.UserProperties>().toEqualTypeOf<mqttPacket.UserProperties>();
  expectTypeOf<typeof wasmqtt.parser>().toExtend<Reference['parser']>();
  expectTypeOf<typeof wasmqtt.generate>().toExtend<Reference['generate']>();
  expectTypeOf<typeof wasmqtt.writeToStream>().toExtend<Reference['writeToStream']>();
});

test('a parser is an EventEmitter to TypeScript too, and a stream of Node is a stream', () => {
  expectTypeOf<wasmqtt.Parser>().toExtend<EventEmitter>();
  expectTypeOf(wasmqtt.writeToStream).toBeCallableWith({ cmd: 'pingreq' }, new Duplex());
});

test('the exact types of the native API can be given to it', () => {
  expectTypeOf<ReturnType<wasmqtt.Decoder['read']>>().toEqualTypeOf<wasmqtt.DecodedPacket>();
});
