/** WebSocket, RFC 6455, as a protocol of a Hongyan server. On the class path or the module path it is spoken by itself. */
package io.hongyan.im.websocket;
