/** What transports, protocols and plugins implement. A host that only serves messages needs nothing of it. */
package io.hongyan.im.spi;
