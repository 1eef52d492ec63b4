package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.Message;
import org.junit.jupiter.api.Test;

class PublicationTest {
    @Test
    void shouldSayWhatHasBecomeOfItWhenItIsPrinted() {
        Publication publication = new Publication(Message.text("hi"), null, 3);

        assertEquals("text of 2 bytes to 3 members, not all queued yet", publication.toString());

        publication.missed(2);
        publication.count(1, null);
        publication.loopDone();

        assertEquals(
                "text of 2 bytes to 3 members, Counts[accepted=1, overflow=2, closed=0, refused=0]",
                publication.toString());
    }
}
